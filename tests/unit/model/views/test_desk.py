"""One session's parameters, without a browser."""

import io
from urllib.parse import parse_qsl

import pandas as pd
import pytest

from agents.firm_table import firms_as_csv
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from model.views.desk import Desk
from model.views.downloads import firms_csv, metrics_csv
from model.views.links import link_to
from model.views.live.run_controller import RunController
from model.views.live.run_rules import RunRules

FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n13,8,1.8,120\n12,7,1.6,110\n14,9,2,150\n"


@pytest.fixture
def desk():
    made = Desk(LearningBidders, lambda *job: {})
    yield made
    made.close()


def test_a_live_knob_acts_at_once_and_is_logged(desk):
    desk.run.step()
    desk.change("phi", 0.8)
    assert desk.run.model.params.phi == 0.8
    assert [(e["step"], e["name"], e["after"]) for e in desk.run.model.events] == [(1, "phi", 0.8)]
    assert desk.pending() == set()


def test_a_live_knob_is_never_drawn_as_one_that_waits(desk):
    drawn = []

    class Page:
        """Draws when the outermost of its contexts is left."""

        depth = 0

        def __enter__(self):
            self.depth += 1

        def __exit__(self, *_):
            self.depth -= 1
            if not self.depth:
                drawn.append(desk.pending())

    desk.page = Page()
    desk.change("phi", 0.8)
    desk.change("auction", "discriminatory")
    assert drawn == [set(), {"auction"}]


def test_other_knobs_wait_for_the_restart(desk):
    desk.change("auction", "discriminatory")
    assert desk.run.model.params.auction == "uniform"
    assert desk.pending() == {"auction"}
    desk.restart()
    assert desk.run.model.params.auction == "discriminatory"
    assert desk.pending() == set()


@pytest.mark.parametrize("value", [7, "seven", None])
def test_a_value_out_of_range_is_refused_at_its_knob(desk, value):
    desk.change("phi", value)
    assert "phi = " in desk.problems.value["phi"]
    assert desk.run.model.params.phi == desk.draft.value["phi"] == 0.9
    desk.change("phi", 0.8)
    assert desk.problems.value == {}


def test_an_invalid_combination_is_reported_and_the_run_continues(desk):
    running = desk.run.model
    desk.change("unit_cost_max", 13)
    assert "unit_cost_max = 13.0" in desk.problems.value[""]
    desk.restart()
    assert desk.run.model is running
    desk.change("unit_cost_max", 9)
    assert desk.problems.value == {}


def test_a_live_value_that_does_not_fit_the_population_is_refused(desk, monkeypatch):
    apply_policy = type(desk.run.model).apply_policy

    def refuse_900(model):
        if model.params.reserve_price == 900:
            raise ParameterError("reserve_price = 900 €/t: too high for these firms")
        apply_policy(model)

    monkeypatch.setattr(type(desk.run.model), "apply_policy", refuse_900)
    desk.change("reserve_price", 900)
    assert "too high for these firms" in desk.problems.value["reserve_price"]
    assert desk.run.model.params.reserve_price == desk.draft.value["reserve_price"] == 0.5


def test_a_scenario_sets_its_knobs_and_the_others_to_their_defaults(desk):
    desk.change("n_firms", 9)
    desk.apply_scenario("esmaeili2021_penalty")
    assert (desk.run.model.params.compliance, desk.run.model.params.n_firms) == ("penalty", 5)
    desk.apply_scenario("")
    assert desk.run.model.params.compliance == "curtail"


def test_the_seed_decides_the_run(desk):
    desk.change_seed("12345")
    assert desk.pending() == {"seed"}
    desk.restart()
    desk.run.step()
    alone = LearningBidders(rng=12345)
    alone.step()
    assert (desk.run.model.firms.numbers == alone.firms.numbers).all()


@pytest.mark.parametrize("text", ["-1", "x", "1.5", str(2**60), ""])
def test_a_bad_seed_is_reported(desk, text):
    before = desk.seed.value
    desk.change_seed(text)
    assert "seed = " in desk.problems.value["seed"]
    assert desk.seed.value == before


def opened(asked, kind=LearningBidders):
    """The desk of a page that was opened by a link."""
    made = Desk(kind, asked=asked)
    made.close()
    return made


def test_a_link_opens_a_page_with_its_seed_and_parameters():
    desk = opened({"seed": "7", "phi": "0.7", "q_learning.alpha": "0.25"})
    running = desk.run.model
    assert (running.seed, running.params.phi, running.params.everything()["q_learning.alpha"]) == (
        7,
        0.7,
        0.25,
    )
    assert desk.pending() == set() and desk.problems.value == {} and running.events == []
    assert dict(parse_qsl(link_to(running)[1:])) == {"seed": "7", "phi": "0.7", "q_learning.alpha": "0.25"}


def test_a_link_to_a_scenario_may_change_it():
    desk = opened({"phi": "0.8", "scenario": "esmaeili2021_penalty"})
    assert desk.scenario.value == "esmaeili2021_penalty"
    assert (desk.run.model.params.phi, desk.run.model.params.compliance) == (0.8, "penalty")


@pytest.mark.parametrize("kind", SYSTEMS.values(), ids=SYSTEMS)
def test_the_link_to_a_run_begins_the_same_run_in_every_system(kind, same_history):
    first = opened({"seed": "11"}, kind)
    again = opened(dict(parse_qsl(link_to(first.run.model)[1:])), kind)
    for desk in (first, again):
        desk.run.model.advance(3)
    same_history(first.run.model, again.run.model)


@pytest.mark.parametrize(
    ("asked", "where", "told"),
    [
        ({"seed": "x"}, "seed", "seed = x: must be a whole number"),
        ({"phi": "7"}, "phi", "phi = 7.0 share: above its maximum"),
        ({"pi": "7"}, "", "pi: a link may set"),
        ({"firms": "/etc/passwd"}, "firms", "firms: a link may set"),
        ({"scenario": "paradise"}, "", "scenario = paradise: must be one of"),
        ({"unit_cost_max": "13"}, "", "unit_cost_max = 13.0"),
    ],
)
def test_faults_of_a_link_are_reported_and_the_rest_holds(asked, where, told):
    desk = opened(asked | {"n_firms": "6"})
    assert told in desk.problems.value[where]
    assert desk.draft.value["n_firms"] == 6 and desk.draft.value["firms"] == ""


def test_own_firms_are_used_at_once(desk):
    desk.upload("firms", "mine.csv", FIRMS.encode())
    assert len(desk.run.model.firms) == 3
    assert firms_as_csv(desk.run.model).splitlines()[1].startswith("firm 1,13")
    assert "parameter: firms = mine.csv" in metrics_csv(desk.run.model)
    desk.drop_file("firms")
    assert len(desk.run.model.firms) == 5


def test_a_bad_file_is_refused_naming_row_and_column_without_the_servers_folder(desk):
    desk.upload("firms", "bad.csv", FIRMS.replace("1.6", "-1").encode())
    told = desk.problems.value["firms"]
    assert "bad.csv, row 2, column emission_intensity" in told and desk.folder.name not in told
    assert len(desk.run.model.firms) == 5 and desk.draft.value["firms"] == ""


def test_a_bad_file_of_the_same_name_does_not_replace_the_good_one(desk):
    desk.upload("firms", "mine.csv", FIRMS.encode())
    desk.upload("firms", "mine.csv", b"selling_price\n")
    assert "firms" in desk.problems.value
    desk.restart()
    assert len(desk.run.model.firms) == 3 and not desk.problems.value


def test_a_file_name_cannot_leave_the_sessions_folder(desk):
    desk.upload("firms", "../../evil.csv", FIRMS.encode())
    assert desk.run.model.params.firms.startswith(desk.folder.name)


def test_two_models_see_the_same_chance_and_differ_in_one_knob(desk):
    desk.compare("auction", "discriminatory")
    assert list(desk.run.models) == ["one price for all", "their own bids"]
    desk.run.step()
    first, second = desk.run.models.values()
    assert (first.firms.rows.private_value == second.firms.rows.private_value).all()
    assert (first.firms.rows.bid_price == second.firms.rows.bid_price).all()
    assert first.government.clearing_price != second.government.clearing_price
    desk.compare_with(None)
    assert list(desk.run.models.values()) == [first] and first.steps == 1


def test_a_comparison_with_itself_or_a_wrong_value_is_an_error(desk):
    desk.compare("auction", "uniform")
    assert "choose another one" in desk.problems.value["rival"]
    desk.compare("phi", "9")
    assert "phi = 9.0" in desk.problems.value["rival"]
    assert desk.rival.value is None and len(desk.run.models) == 1


def test_a_numeric_rival_keeps_its_value_when_the_first_model_changes(desk):
    desk.compare("phi", "0.8")
    desk.change("phi", 0.95)
    desk.change("penalty", 7)
    assert [(m.params.phi, m.params.penalty) for m in desk.run.models.values()] == [(0.95, 7.0), (0.8, 7.0)]


def test_downloads_give_the_command_of_their_numbers_and_can_be_read(desk):
    for _ in range(3):
        desk.run.step()
    desk.change("phi", 0.8)
    text = metrics_csv(desk.run.model)
    assert f"# seed: {desk.run.model.seed}" in text
    assert "# changed after period 3: phi 0.9 -> 0.8" in text
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert table.period.tolist() == [1, 2, 3]
    assert table.clearing_price.tolist() == desk.run.model.datacollector.model_vars["clearing_price"]
    firms = pd.read_csv(io.StringIO(firms_csv(desk.run.model)), comment="#")
    assert firms.groupby("period").firm.apply(list).tolist() == [[1, 2, 3, 4, 5]] * 3


def test_downloads_before_the_first_period_are_empty_tables(desk):
    for write in (metrics_csv, firms_csv):
        assert pd.read_csv(io.StringIO(write(desk.run.model)), comment="#").empty


def test_a_closed_desk_leaves_no_files(desk):
    desk.upload("firms", "mine.csv", FIRMS.encode())
    desk.close()
    with pytest.raises(FileNotFoundError):
        open(desk.draft.value["firms"]).close()


def test_news_of_a_run_may_come_before_its_page_is_ready(monkeypatch, caplog):
    """Rules that are compiled in another process may be ready while the page is still being made."""
    notify = RunController.notify
    monkeypatch.setattr(RunController, "notify", lambda run: (early.append(run), notify(run)))
    monkeypatch.setattr(RunRules, "begin", lambda rules, models, lock: rules._notify())
    early = []
    desk = Desk(LearningBidders, lambda *job: {})
    try:
        assert early
        desk.run.step()
        assert desk.run.model.steps == 1
        assert not caplog.records
    finally:
        desk.close()
