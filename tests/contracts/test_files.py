"""Every knob that names a file, of systems and parts alike: where such files come from, and what depends on them."""

import gzip
import os
from urllib.parse import parse_qsl

import pytest

import model.systems  # noqa: F401 - registers the systems
from agents.emitters.curve_files import curves_as_csv as abatement_as_csv
from agents.emitters.files import emitters_as_csv
from agents.farms.files import curves_as_csv
from agents.firm_table import firms_as_csv
from agents.supply_chains.draws import draw_instance
from agents.supply_chains.files import save_instance
from batch_runs.catalogue import knobs as listed
from batch_runs.work.plan import make_plan
from learning.knobs import File, Knob, ParameterError, Settings
from learning.ppo_settings import PPOSettings
from model.base import SYSTEMS
from model.envs.grid_training import GridTraining, GridTrainingSettings, train
from model.envs.two_tier_training import train_bidders
from model.scenarios import Scenario, scenarios
from model.systems.emissions_trading.supply_steps import steps_as_csv
from model.systems.grid.params import GridParams
from model.systems.two_tier.params import TwoTierParams
from model.views.desk import NO_SCENARIO, Desk
from model.views.downloads import shared_lines
from model.views.links import link_to
from tests.contracts.parts import file_knobs
from tests.waiting import wait_until

FREE_TEXTS = {"cap_table", "tax_table", "manual_percentages", "manual_weights", "private_values"}
"""Knobs whose value is a list of numbers, written by hand."""

of_every_file_knob = pytest.mark.parametrize(("system", "name"), file_knobs())


def declared(system, name):
    """The `File` that the knob declares."""
    return SYSTEMS[system].Params.all_knobs()[name].file


def chosen(system, name):
    """Parameters under which the file has an effect: if it is a part's, the part is chosen."""
    part, dot, _ = name.rpartition(".")
    own = SYSTEMS[system].Params.knobs().items()
    return {k: part for k, knob in own if dot and part in (knob.choices or ())}


def write_firms(path, k):
    path.write_text(firms_as_csv(SYSTEMS["learning_bidders"](rng=k)))


def write_emitters(path, k):
    path.write_text(emitters_as_csv(SYSTEMS["emissions_trading"](n_firms=4, rng=k)))


def write_abatement(path, k):
    path.write_text(abatement_as_csv(SYSTEMS["emissions_trading"](n_firms=50, rng=k)))


def write_supply(path, k):
    path.write_text(steps_as_csv(SYSTEMS["emissions_trading"](reserve_price=20.0 + k)))


def write_curves(path, k):
    path.write_text(curves_as_csv(SYSTEMS["escape_permits"](n_farms=3, rng=k)))


def write_chains(path, k):
    save_instance(draw_instance(k, 1, "small"), path)


def write_bidders(path, k):
    train_bidders(TwoTierParams(), PPOSettings(samples=64, batch=64, hidden=4), seed=k, out=path)


def write_policies(path, k):
    small = GridParams(episode=20, period_length=10, height=8, width=8, n_firms=2)
    train(GridTraining(small, GridTrainingSettings(updates=1, worlds=2), seed=k), path)


WRITERS = {
    "firms": (write_firms, "csv"),
    "emitters": (write_emitters, "csv"),
    "abatement_curves": (write_abatement, "csv"),
    "supply_steps": (write_supply, "csv"),
    "curves": (write_curves, "csv"),
    "instance": (write_chains, "json"),
    "ppo_schedule.checkpoint": (write_bidders, "npz"),
    "learned.file": (write_policies, "npz"),
}
"""Functions that write a valid file for each knob; a knob without one fails the tests."""


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Function: path of the ``k``-th good file for a knob."""
    folder = tmp_path_factory.mktemp("files")

    def path_of(name, k=1):
        write, ending = WRITERS[name]
        path = folder / f"{name}-{k}.{ending}"
        if not path.exists():
            write(path, k)
        return path

    return path_of


@pytest.fixture
def opened():
    """Function: the desk of a system's page, closed at the end."""
    desks = []

    def open_desk(system, **how):
        desks.append(Desk(SYSTEMS[system], **how))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.close()


@pytest.fixture
def loaded(opened, good):
    """Function: a desk on which a good file has been loaded for a knob, and is in use."""

    def load(system, name):
        desk = opened(system)
        for knob, value in chosen(system, name).items():
            desk.change(knob, value)
        path = good(name)
        desk.upload(name, path.name, path.read_bytes())
        wait_until(lambda: desk.run.model.params.everything()[name] == desk.draft.value[name] != "")
        assert not desk.problems.value and not desk.pending()
        return desk

    return load


@pytest.fixture
def pipe(tmp_path):
    """A named pipe: whoever opens it waits for ever."""
    os.mkfifo(tmp_path / "pipe.csv")
    return str(tmp_path / "pipe.csv")


# -- declarations ------------------------------------------------------------------------------------------------


def settings_classes(cls=Settings):
    """All classes of parameters of the product: of systems, of parts, and of trainings."""
    for each in cls.__subclasses__():
        if not each.__module__.startswith("tests"):
            yield each
        yield from settings_classes(each)


@pytest.mark.parametrize("cls", sorted(set(settings_classes()), key=repr), ids=lambda cls: cls.__name__)
def test_a_text_without_choices_names_a_file_or_is_a_list_written_by_hand(cls):
    texts = {name for name, knob in cls.knobs().items() if knob.type is str and knob.choices is None}
    assert {name for name in texts if cls.knobs()[name].file is None} <= FREE_TEXTS


def test_every_file_knob_is_tested_here_and_every_free_text_exists():
    assert {name for _, name in file_knobs()} == set(WRITERS)
    own = {name for kind in SYSTEMS.values() for name in kind.Params.all_knobs()}
    assert own >= FREE_TEXTS


def test_a_knob_that_names_a_file_has_none_by_default():
    with pytest.raises(ValueError, match="needs the default ''"):
        Knob("mine.csv", file=File("firms", open))


@of_every_file_knob
def test_lists_of_knobs_mark_files(system, name):
    (row,) = [row for row in listed(system) if row["name"] == name]
    assert row["allowed"] == declared(system, name).form and "file" in row["allowed"]


# -- reading -----------------------------------------------------------------------------------------------------


@of_every_file_knob
@pytest.mark.parametrize(
    "path", ["nowhere.csv", "http://127.0.0.1:1/x.csv", "s3://a/b.csv", "a" * 300 + ".csv", "x\0.csv"]
)
def test_only_files_that_exist_are_read(system, name, path):
    with pytest.raises(ParameterError, match=f"^{name} = "):
        declared(system, name).read(path)


@of_every_file_knob
def test_pipes_and_folders_are_not_opened(system, name, pipe, tmp_path):
    for path in (pipe, str(tmp_path)):
        with pytest.raises(ParameterError, match=f"^{name} = .*: not a file"):
            declared(system, name).read(path)
        with pytest.raises(ParameterError, match="not a file"):
            make_plan(system, {}, parameters=chosen(system, name) | {name: path})


@of_every_file_knob
def test_a_template_is_read_back_and_gives_the_same_members(system, name, tmp_path):
    file = declared(system, name)
    if file.template is None:
        assert WRITERS[name][0] in (write_bidders, write_policies), "made by a training, not by hand"
        return
    text = file.template(SYSTEMS[system](rng=3))
    path = tmp_path / f"template{file.suffixes[0]}"
    path.write_text(text, encoding="utf-8")
    file.read(path)
    assert file.template(SYSTEMS[system](**{name: str(path)}, rng=4)) == text


# -- sweeps ------------------------------------------------------------------------------------------------------


def run_id(system, parameters):
    """Id of the run of a sweep with one cell and one seed."""
    ((_, job),) = make_plan(system, {}, parameters=parameters, periods=5, window=1).runs
    return job.key


@of_every_file_knob
def test_runs_depend_on_what_is_in_a_file_not_on_its_name(system, name, good, tmp_path):
    def with_file(path):
        return run_id(system, chosen(system, name) | {name: str(path)})

    mine, copy = (tmp_path / f"{each}{good(name).suffix}" for each in ("mine", "copy"))
    for path in (mine, copy):
        path.write_bytes(good(name).read_bytes())
    before = with_file(mine)
    assert with_file(copy) == before
    mine.write_bytes(good(name, 2).read_bytes())
    assert with_file(mine) != before == with_file(copy)


@of_every_file_knob
def test_a_file_that_is_missing_or_wrong_is_found_before_a_sweep_begins(system, name, tmp_path):
    wrong = tmp_path / f"wrong{declared(system, name).suffixes[0]}"
    wrong.write_text("nonsense")
    for path in (wrong, tmp_path / "none.csv"):
        with pytest.raises(ParameterError, match=f"{name} = .*{path.name}"):
            make_plan(system, {}, parameters=chosen(system, name) | {name: str(path)})


def test_the_file_of_a_part_that_is_not_chosen_does_not_matter():
    unused = {"ppo_schedule.checkpoint": "nowhere.npz"}
    assert run_id("two_tier", unused) == run_id("two_tier", {})


# -- the page ----------------------------------------------------------------------------------------------------


@of_every_file_knob
def test_a_link_never_opens_a_file(system, name, opened, pipe):
    for path in (pipe, "/etc/passwd", "/etc/nowhere"):
        desk = opened(system, asked=chosen(system, name) | {name: path, "seed": "7"})
        assert desk.problems.value[name] == (
            f"{name}: a link may set seed, scenario and the parameters of {system}, but name no file; "
            "load it on the page"
        )
        assert desk.draft.value[name] == "" and desk.seed.value == 7


@of_every_file_knob
def test_a_page_takes_files_of_its_own_session_only(system, name, opened, good):
    desk, path = opened(system), str(good(name))
    desk.change(name, path)
    assert "only a file loaded on this page" in desk.problems.value[name] and desk.draft.value[name] == ""
    desk.compare(name, path)
    assert "only a file loaded on this page" in desk.problems.value["rival"] and len(desk.run.models) == 1


@of_every_file_knob
def test_a_file_that_is_loaded_plays_and_leaves_no_trace_of_its_folder(system, name, loaded, good):
    desk = loaded(system, name)
    running = desk.run.model
    assert f"parameter: {name} = {good(name).name}" in list(shared_lines(running, running.params.flat()))
    assert name not in dict(parse_qsl(link_to(running)[1:]))
    desk.drop_file(name)
    assert desk.draft.value[name] == ""


@of_every_file_knob
def test_a_packed_file_is_the_same_as_a_plain_one(system, name, opened, good):
    desk, data = opened(system), good(name).read_bytes()
    path = desk.folder.keep(declared(system, name), good(name).name, gzip.compress(data))
    assert path.read_bytes() == data


@of_every_file_knob
def test_a_file_that_will_not_do_is_refused_at_its_knob(system, name, opened, good):
    desk, file = opened(system), declared(system, name)
    running, data, ending = desk.run.model, good(name).read_bytes(), file.suffixes[0]
    for uploaded, content, reason in (
        (f"mine{ending}", b"nonsense", f"{name} = mine{ending}"),
        ("mine.xlsx", data, f"mine.xlsx: the name of a {file.form} must end in .*{ending}"),
        (f"mine{ending}", bytes(file.largest + 1), f"mine{ending}: larger than .* MB"),
        (f"mine{ending}", gzip.compress(bytes(file.largest + 1)), f"mine{ending}: larger than .* MB"),
        (f"mine{ending}", gzip.compress(data)[:-9], "damaged"),
        (f"mine{ending}", b"\x1f\x8bnonsense", "damaged"),
        (f"{'a' * 300}{ending}", data, "must have at most 100 characters"),
    ):
        desk.upload(name, uploaded, content)
        with pytest.raises(ParameterError, match=reason):
            raise ParameterError(desk.problems.value[name])
        assert desk.folder.name not in desk.problems.value[name]
        assert desk.draft.value[name] == "" and desk.run.model is running


def test_a_file_with_which_no_run_can_begin_is_refused_at_its_knob(opened, good):
    desk = opened("two_tier")
    desk.change("n_firms", 3)  # the file is of ten
    desk.change("policy", "ppo_schedule")
    desk.upload("ppo_schedule.checkpoint", "ten.npz", good("ppo_schedule.checkpoint").read_bytes())
    assert (
        "ten.npz: trained with n_firms = 10, here it is 3" in desk.problems.value["ppo_schedule.checkpoint"]
    )
    assert desk.draft.value["ppo_schedule.checkpoint"] == ""


@of_every_file_knob
def test_files_stay_when_a_scenario_is_chosen(system, name, loaded):
    desk = loaded(system, name)
    path = desk.draft.value[name]
    for scenario in (*scenarios(system), NO_SCENARIO):
        desk.apply_scenario(scenario)
        wait_until(lambda: desk.preparation.job is None and not desk.pending())
        assert desk.draft.value[name] == path and name not in desk.problems.value
        assert desk.run.model.params.everything()[name] == path


def preset(system, parameters):
    """A scenario that there might be."""
    return Scenario("mine", system, "mine", "", "", parameters)


@of_every_file_knob
def test_the_file_of_a_scenario_comes_before_a_users_and_goes_with_the_scenario(system, name, loaded, good):
    desk, path = loaded(system, name), str(good(name, 2))
    desk.scenarios["mine"] = preset(system, chosen(system, name) | {name: path})
    desk.apply_scenario("mine")
    wait_until(lambda: desk.preparation.job is None and not desk.pending())
    assert desk.draft.value[name] == desk.run.model.params.everything()[name] == path
    desk.apply_scenario(NO_SCENARIO)
    assert desk.draft.value[name] == ""


def test_a_file_that_does_not_fit_a_scenario_is_left_out_with_a_reason(loaded):
    desk = loaded("supply_chains", "instance")
    values = {"private_values": "150,160,170,180,190"}
    desk.scenarios["mine"] = preset("supply_chains", values)
    desk.apply_scenario("mine")
    assert "5 numbers for 1 chains" in desk.problems.value["instance"]
    assert desk.draft.value["instance"] == "" and not desk.pending()
    assert desk.run.model.params.private_values == values["private_values"]


def test_a_scenario_changes_what_a_file_replaces_only_without_the_file(loaded):
    desk = loaded("escape_permits", "curves")
    desk.apply_scenario("goyal_district")
    assert (desk.draft.value["n_farms"], len(desk.run.model.firms)) == (2, 3)
    desk.drop_file("curves")
    desk.apply_scenario("goyal_district")
    assert (desk.draft.value["n_farms"], len(desk.run.model.firms)) == (20, 20)
