"""Browser files served from this computer, so that the dashboard works in a class room without internet.

Two things are prepared once per installed version in the user's cache (``CARBON_CACHE_DIR`` moves it):

* the Vega bundle that draws every chart of ours, taken from vl-convert;
* the scripts, styles and fonts of Solara's page, taken from solara-assets, and stand-ins for what else it would
  fetch from a CDN.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from learning.cache_folder import cache_folder

BUNDLE_NAME = "carbon-vega.js"

# Solara's page on the Vue 2 stack asks for these; the rest of the 240 MB of solara-assets stays behind.
PAGE_FILES = (
    "requirejs@*/require.js",
    "font-awesome@*/css/font-awesome.min.css",
    "font-awesome@*/fonts/*.woff2",
    "mermaid@*/dist/mermaid.min.js",
    "@widgetti/vue-grid-layout@*/dist/vue-grid-layout.umd.js",
    "@widgetti/solara-vuetify-app@*/dist/main8.css",
    "@widgetti/solara-vuetify-app@*/dist/fonts.css",
    "@widgetti/solara-vuetify-app@*/dist/solara-vuetify-app8.min.js",
)

# solara.Markdown loads KaTeX, which no Python package ships: without internet a formula stays as typed.
KATEX_STANDINS = {
    "katex@0.16.9/dist/katex.min.js": "define([], function () { return {}; });",
    "katex@0.16.9/dist/katex.min.css": "/* formulas are shown as typed */",
    "katex@0.16.9/dist/contrib/auto-render.min.js": "define([], function () { return function () {}; });",
}

# solara.FigureAltair (and Mesa's own plots) ask for Vega under these names, as modules of require.js.
VEGA_MODULES = {
    "vega-lite@5/build/vega-lite.min.js": "define(['vega'], function () { return window.vegaLite; });",
    "vega-embed@6/build/vega-embed.min.js": "define(['vega'], function () { return window.vegaEmbed; });",
}


def vega_bundle() -> Path:
    """Write the Vega, Vega-Lite and vega-embed script once per version and return its path.

    It lies alone in its folder, so the folder can be served. The first call takes about a second.
    """
    return _prepared("vega-" + _versions("vl-convert-python"), _write_vega_bundle) / BUNDLE_NAME


def page_assets() -> Path:
    """Copy the files of Solara's page once per version and return the folder."""
    versions = _versions("solara", "solara-assets", "vl-convert-python")
    return _prepared("page-" + versions, lambda folder: _write_page_assets(_solara_assets(), folder))


def _versions(*packages: str) -> str:
    """Join the packages' versions and a digest of this file, so that an edit here makes a new folder too."""
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    return "-".join([*map(metadata.version, packages), digest])


def _solara_assets() -> Path:
    """Find the folder that solara-assets installed its CDN mirror to, wherever the environment puts data."""
    files = metadata.files("solara-assets") or []
    found = next(file for file in files if file.name == "require.js")
    return Path(found.locate()).resolve().parents[1]


def _prepared(name: str, fill: Callable[[Path], None]) -> Path:
    """Return the cache's folder ``name``, filled by ``fill`` in a temporary folder first if it is missing.

    The rename makes it appear complete or not at all; of two processes at once, the first one wins.
    """
    target = cache_folder("", "CARBON_CACHE_DIR") / name
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as scratch:
            made = Path(scratch, name)
            made.mkdir()
            fill(made)
            _rename_unless_present(made, target)
    return target


def _rename_unless_present(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _write_vega_bundle(folder: Path) -> None:
    (folder / BUNDLE_NAME).write_text(_vega_script(), encoding="utf-8")


def _vega_script() -> str:
    """Return the bundle in a scope of its own: it leaves only vega, vegaLite and vegaEmbed on ``window``."""
    import vl_convert  # here, because only the first run after an upgrade needs it

    return "(function () {\n" + vl_convert.javascript_bundle() + "\n})();\n"


def _write_page_assets(source: Path, folder: Path) -> None:
    for pattern in PAGE_FILES:
        for file in source.glob(pattern):
            _copy(file, source, folder)
    for sheet in folder.glob("@widgetti/solara-vuetify-app@*/dist/*.css"):
        for font in _fonts_named_in(sheet, folder, source):
            _copy(font, source, folder)
    _write_standins(folder)


def _fonts_named_in(sheet: Path, folder: Path, source: Path) -> list[Path]:
    names = set(re.findall(r"url\([\"']?([^)\"']+\.woff2)", sheet.read_text(encoding="utf-8")))
    fonts = (source / sheet.parent.relative_to(folder) / name for name in sorted(names))
    return [font for font in fonts if font.is_file()]


def _copy(file: Path, source: Path, folder: Path) -> None:
    copy = folder / file.relative_to(source)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, copy)


def _write_standins(folder: Path) -> None:
    vega = "define([], function () {\n" + _vega_script() + "return window.vega;\n});\n"
    for name, script in {**KATEX_STANDINS, **VEGA_MODULES, "vega@5/build/vega.min.js": vega}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script, encoding="utf-8")
