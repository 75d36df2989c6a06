"""Files that strangers name or load: what is opened, how much is read, and what is unpacked."""

import gzip
import io
import os
import tracemalloc
import zipfile
from contextlib import suppress

import pytest

import model.systems  # noqa: F401 - registers the systems
from agents.supply_chains.data import TABLES
from agents.supply_chains.files import AXES, COLUMNS, load_instance
from learning.budget import MOST_BYTES
from learning.knobs import File, ParameterError, knob, settings
from learning.regular_files import FileError, check_archive, read_regular, unpack
from model.base import SYSTEMS
from model.params import Params
from model.views.desk import Desk
from model.views.downloads import metrics_csv
from model.views.links import read_link
from model.views.pages.grid.replay_run import ReplayRun
from tests.contracts.parts import file_knobs
from tests.waiting import wait_until

of_every_file_knob = pytest.mark.parametrize(("system", "name"), file_knobs())


def is_table(system, name):
    """Whether a knob names a CSV file."""
    return SYSTEMS[system].Params.all_knobs()[name].file.suffixes[0].endswith("csv")


@pytest.fixture
def desk():
    made = Desk(SYSTEMS["learning_bidders"])
    yield made
    made.close()


@pytest.fixture
def strange(tmp_path):
    """Paths that are no regular files, and one that leads out of a session's folder."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, target in (
        ("to_pipe", tmp_path / "pipe"),
        ("to_device", "/dev/zero"),
        ("round", tmp_path / "round"),
    ):
        (tmp_path / name).symlink_to(target)
    names = ("pipe", "folder", "to_pipe", "to_device", "round")
    return [*(tmp_path / name for name in names), "/dev/zero", "/dev/stdin"]


def test_only_regular_files_are_opened_and_nobody_is_waited_for(strange):
    for path in strange:
        with pytest.raises(FileError):
            read_regular(path)


@of_every_file_knob
def test_a_knob_that_names_a_file_opens_only_regular_ones(system, name, strange):
    file = SYSTEMS[system].Params.all_knobs()[name].file
    for path in strange:
        with pytest.raises(ParameterError, match=f"^{name} = "):
            file.read(path)
        with pytest.raises(FileError):
            file.digest(path)


@of_every_file_knob
def test_a_link_opens_no_file_and_does_not_tell_whether_there_is_one(system, name):
    answers = {
        read_link(SYSTEMS[system], {name: path}).wrong[name].replace(path, "")
        for path in ("/etc/passwd", "/nowhere", "firms.csv", "", "../x")
    }
    assert len(answers) == 1


@settings
class OfAPlugin(Params):
    """Parameters with a knob of which the page knows nothing but its declaration."""

    prices: str = knob("", file=File("prices", lambda path: None))


class Kind:
    name, Params = "of_a_plugin", OfAPlugin


def test_the_declaration_alone_makes_a_knob_one_that_names_a_file(desk, tmp_path):
    assert "name no file" in read_link(Kind, {"prices": "/etc/passwd"}).wrong["prices"]
    declared = OfAPlugin.knobs()["prices"]
    with pytest.raises(ParameterError, match="only a file loaded on this page"):
        desk.folder.check("prices", declared, "/etc/passwd")


def ways_in(desk, path):
    """What a page lets a browser do with a value."""
    knobs = desk.kind.Params.all_knobs()
    name = next(name for name, declared in knobs.items() if declared.file)
    yield lambda: desk.change(name, path)
    yield lambda: desk.compare(name, path)
    yield lambda: (desk.plan.set(desk.plan.peek().over(name, knobs)), desk.start_sweep())
    yield lambda: desk.adopt({name: path})


def test_a_page_opens_files_of_its_own_folder_only(desk, tmp_path, monkeypatch):
    secret = tmp_path / "secret.csv"
    secret.write_text("selling_price\n1\n")
    opened = []
    monkeypatch.setattr("learning.files.read_regular", lambda path, *_: opened.append(str(path)) or b"")
    before = desk.run.model
    inside = desk.folder.keep(File("firms", lambda path: None), "firms.csv", b"x")
    inside.unlink()
    inside.symlink_to(secret)
    for path in (str(secret), str(inside), f"{desk.folder.name}/../x"):
        for way in ways_in(desk, path):
            with suppress(ValueError, TypeError):
                way()
            assert desk.run.model is before and not opened, path


def test_nothing_is_unpacked_beyond_the_limit():
    bomb = gzip.compress(b"0" * 10**7)
    with pytest.raises(FileError, match="larger than 1 MB"):
        unpack(bomb, 10**6)
    assert len(unpack(bomb, 10**7)) == 10**7
    for damaged in (bomb[:-9], b"\x1f\x8b" + bytes(20)):
        with pytest.raises(FileError, match="damaged"):
            unpack(damaged, 10**8)


def test_an_archive_is_measured_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weights.npy", bytes(10**7))
    assert len(file.getvalue()) < 10**5
    with pytest.raises(FileError, match="larger than 1 MB"):
        check_archive(file, 10**6)
    check_archive(file, 10**8)


def test_an_upload_is_measured_on_the_server(desk):
    for data in (b"0" * 3_000_000, gzip.compress(b"0" * 3_000_000)):
        desk.upload("firms", "firms.csv", data)
        assert "larger than 2 MB" in desk.problems.value["firms"]
    assert len(os.listdir(desk.folder.name)) == 0


@pytest.mark.parametrize("start", ["x" * 300, "line\n=1+1", "\0", "\ud800", "\u202egpj", "\x1b[2J"])
@of_every_file_knob
def test_the_name_of_an_upload_is_a_short_line(desk, system, name, start):
    file = SYSTEMS[system].Params.all_knobs()[name].file
    with pytest.raises(ParameterError, match="at most 100 characters, all of them printable"):
        desk.folder.keep(file, start + file.suffixes[0], b"")
    assert os.listdir(desk.folder.name) == []


@pytest.mark.parametrize(
    "data", [b"x" * 1_000_000, b"," * 1_000_000, b'"' * 100_000, b"[" * 200_000, b"\xff\xfe\0"]
)
@of_every_file_knob
def test_rubbish_of_every_kind_is_refused_with_its_reason(desk, system, name, data):
    file = SYSTEMS[system].Params.all_knobs()[name].file
    with pytest.raises(ParameterError):
        desk.folder.keep(file, f"rubbish{file.suffixes[0]}", data)


@pytest.mark.parametrize("unseen", ["\x1b[2J", "\x07", "\x7f", "\u202e", "\u2066"], ids=ascii)
@pytest.mark.parametrize("place", ["{}name,a\n1,2\n", "name,a\n1,{}2\n"])
@pytest.mark.parametrize(("system", "name"), [each for each in file_knobs() if is_table(*each)])
def test_no_file_brings_characters_that_cannot_be_seen(desk, system, name, place, unseen):
    file = SYSTEMS[system].Params.all_knobs()[name].file
    line = 1 + place.partition("{")[0].count("\n")
    with pytest.raises(ParameterError, match=f"line {line} has the character .*, which cannot be seen"):
        desk.folder.keep(file, f"mine{file.suffixes[0]}", place.format(unseen).encode())


def test_a_heading_of_a_download_cannot_begin_a_row():
    model = SYSTEMS["learning_bidders"](rng=7)
    text = metrics_csv(model, "one\n=1+1\r=2+2\u2028=3+3")
    assert not [line for line in text.splitlines() if line.startswith("=")]


def test_a_packed_replay_is_not_unpacked_beyond_the_limit(tmp_path):
    run = ReplayRun(tmp_path)
    run.start("episode.json.gz", gzip.compress(b"[" + b"[]," * 10**7 + b"[]]"))
    wait_until(lambda: not run.running)
    assert "larger than" in run.error and not list(tmp_path.iterdir())


# -- one budget ------------------------------------------------------------------------------------------------------


def test_two_lines_cannot_make_large_tables(tmp_path):
    path = tmp_path / "chains.csv"
    name = max(TABLES, key=lambda each: len(TABLES[each]["axes"]))
    row = {"chain": "1", "parameter": name, "value": str(TABLES[name]["low"])}
    row |= {AXES[letter]: "1000" for letter in TABLES[name]["axes"]}
    path.write_text(",".join(COLUMNS) + "\n" + ",".join(row.get(column, "") for column in COLUMNS) + "\n")
    with pytest.raises(ParameterError, match=r"chain 1, .*: [\d,]+ MB, at most 128 MB"):
        load_instance(path)


@pytest.mark.parametrize("system", SYSTEMS)
def test_settings_that_need_more_than_the_budget_are_refused_at_once(system):
    """The highest value of every whole number at once, and of each alone."""
    knobs = SYSTEMS[system].Params.knobs()
    highest = {name: each.high for name, each in knobs.items() if each.type is int and each.high is not None}
    for chosen in (highest, *({name: value} for name, value in highest.items() if value < 10**6)):
        tracemalloc.start()
        try:
            SYSTEMS[system](rng=1, **chosen)
        except ParameterError:
            limit = MOST_BYTES / 10
        else:
            limit = 2 * MOST_BYTES
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < limit, (chosen, peak)


MEMBERS = {"learning_bidders": ("firms", "n_firms"), "emissions_trading": ("emitters", "n_firms")}


@pytest.mark.parametrize("system", MEMBERS)
def test_a_file_has_no_more_members_than_the_knob_allows(system, tmp_path):
    kind, (name, count) = SYSTEMS[system], MEMBERS[system]
    heading, *rows = kind.Params.all_knobs()[name].file.template(kind(rng=1)).splitlines()
    path = tmp_path / "many.csv"
    most = kind.Params.knobs()[count].high
    if heading.startswith("name"):
        rows = [f"{k},{rows[0].partition(',')[2]}" for k in range(int(most) + 1)]
    path.write_text("\n".join([heading, *rows, *[rows[0]] * (int(most) + 1 - len(rows))]))
    with pytest.raises(ParameterError, match=f"at most {most:,}"):
        kind(rng=1, **{name: str(path)})


def test_a_refusal_says_what_would_do():
    with pytest.raises(ParameterError, match="take fewer players, states or actions"):
        SYSTEMS["learning_bidders"](rng=1, n_firms=200, price_steps=101, volume_steps=101, price_bins=101)


def test_blocks_of_large_markets_are_shorter():
    small, large = (SYSTEMS["two_tier"](rng=1, n_firms=n, steps=10) for n in (2, 500))
    assert large.most_per_block() < small.most_per_block() == 4096
