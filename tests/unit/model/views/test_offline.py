"""The folder of browser files appears complete or not at all."""

import pytest

from model.views import offline


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CARBON_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_the_bundle_is_written_once_and_leaves_nothing_else(cache):
    bundle = offline.vega_bundle()
    written = bundle.stat().st_mtime_ns
    assert "vegaEmbed" in bundle.read_text(encoding="utf-8")
    assert offline.vega_bundle().stat().st_mtime_ns == written
    assert [folder.name for folder in cache.iterdir()] == [bundle.parent.name]


def test_a_failure_while_writing_leaves_no_folder(cache, monkeypatch):
    def fail():
        raise OSError("disk full")

    monkeypatch.setattr(offline, "_vega_script", fail)
    with pytest.raises(OSError, match="disk full"):
        offline.vega_bundle()
    assert list(cache.iterdir()) == []


def test_the_process_that_comes_second_keeps_what_the_first_wrote(cache):
    made, target = cache / "made", cache / "target"
    for folder in (made, target):
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    offline._rename_unless_present(made, target)
    assert (target / "file").read_text() == "target"


def test_the_page_finds_its_scripts_here():
    folder = offline.page_assets()
    assert list(folder.glob("@widgetti/solara-vuetify-app@*/dist/solara-vuetify-app8.min.js"))
    assert list(folder.glob("@widgetti/solara-vuetify-app@*/dist/*.woff2"))
