"""What a visitor meets first: questions, experiments that do what they say, few knobs, and labels in plain words."""

import re
from dataclasses import replace

import numpy as np
import pytest

import model.systems
import model.views.charts
import model.views.pages  # noqa: F401 - registers the presentations
from model.base import SYSTEMS
from model.metrics import METRICS
from model.views.charts.auction_picture import GAIN, LOSS, REVENUE
from model.views.charts.base import CHARTS, charts_of
from model.views.compare_tab import comparable, offered
from model.views.controls import number_text
from model.views.desk import Desk
from model.views.glossary import FIRST, glossary, terms_with
from model.views.home import thumbnail
from model.views.key_numbers import caption_of, key_numbers, over_last, over_run
from model.views.knobs_shown import groups_shown, without_effect
from model.views.labels import choice_label, knob_label, metric_label, table
from model.views.link_opening import LINKED
from model.views.opening import finding, notice, unusual_text
from model.views.presentation import LEVELS, Times, by_difficulty, presentation_of
from model.views.single_run import shows_runs

CODE = re.compile(r"_|\b(dri|ghg|msr|ecr|ccr|n|min|max|idx|param|bool)\b|[a-z]\.[a-z]")
"""Signs of a name from the code in a label."""

MOST_KNOBS = 8
SEEDS = (1, 2)

systems = pytest.mark.parametrize("name", list(SYSTEMS))
experiments = pytest.mark.parametrize(
    ("name", "experiment"),
    [
        pytest.param(name, each, id=f"{name}-{each.label}")
        for name, kind in SYSTEMS.items()
        for each in presentation_of(kind).experiments
    ],
)


@systems
def test_a_system_opens_with_a_question_a_sentence_a_picture_and_three_experiments(name):
    kind, shown = SYSTEMS[name], presentation_of(SYSTEMS[name])
    assert shown.question.endswith("?") and shown.sentence.endswith(".") and shown.title
    assert shown.level in LEVELS and shown.minutes > 0 and thumbnail(name)
    assert len({each.label for each in shown.experiments}) == 3
    assert shown.picture in {view.name for view in charts_of(kind)}


@systems
def test_a_beginner_sees_few_knobs_and_each_of_them_exists(name):
    kind = SYSTEMS[name]
    basic = presentation_of(kind).basic
    offered = {
        each for names in groups_shown(kind.Params, kind.Params().everything()).values() for each in names
    }
    assert 0 < len(set(basic)) == len(basic) <= MOST_KNOBS
    assert set(basic) <= offered


def test_systems_are_in_the_order_of_their_difficulty():
    levels = [LEVELS.index(presentation_of(SYSTEMS[name]).level) for name in by_difficulty(SYSTEMS)]
    assert levels == sorted(levels) and len(levels) == len(SYSTEMS)


@experiments
def test_an_experiment_moves_its_metric_as_it_says(name, experiment):
    kind = SYSTEMS[name]
    assert experiment.metric in presentation_of(kind).key_numbers or experiment.metric in kind.metrics
    measured = over_run if shows_runs(kind) else over_last
    for seed in SEEDS:
        pair = pair_of(kind, experiment, seed)
        first, second = (measured(each, experiment.metric) for each in pair.values())
        assert second > first if experiment.rises else second < first
        told = finding(experiment, pair, done=True)
        assert experiment.because in told and ("rises" if experiment.rises else "falls") in told


def test_the_caption_of_two_runs_names_the_large_and_the_small_numbers():
    for kind in SYSTEMS.values():
        text = caption_of(kind, ["with savings", "without"])
        assert "large: with savings; small: without" in text.lower()
        assert "large" not in caption_of(kind).lower()


def pair_of(kind, experiment, seed, **first):
    """Both runs of an experiment, played, as the page has them."""
    values = experiment.values(kind(**first).params.everything())
    pair = {"this run": kind(rng=seed, **first), "second": kind(rng=seed, **(first | values))}
    for each in pair.values():
        each.advance(experiment.periods)
    return pair


def test_an_experiment_changes_what_is_there_by_as_much_as_its_button_says():
    experiment = experiment_of("learning_bidders", "Cut permits by 20 %")
    for phi in (0.9, 1.1, 0.5):
        assert experiment.values({"phi": phi}) == {"phi": pytest.approx(0.8 * phi, abs=1e-12)}
    permits = [each.change for each in presentation_of(SYSTEMS["grid"]).experiments if "Halve" in each.label]
    assert permits == [{"total_permits": Times(0.5)}]


def test_an_experiment_is_not_explained_under_other_parameters_than_those_it_was_tried_with():
    """A floor of 2 €/t below one of 3 €/t brings more because more firms may buy, not because of what they learn."""
    experiment = experiment_of("learning_bidders", "Accept no bid below 2 €/t")
    kind = SYSTEMS["learning_bidders"]
    pair = pair_of(
        kind, replace(experiment, periods=20), 455479, phi=1.1, reserve_price=3.0, learner="truthful"
    )
    told = finding(replace(experiment, periods=20), pair, done=True)
    assert "It rises. It rises with the usual parameters, too" in told and told.endswith(
        "may be another one."
    )
    cut = replace(experiment_of("learning_bidders", "Cut permits by 20 %"), periods=20)
    pair = pair_of(kind, cut, 455479, phi=1.1, reserve_price=3.0, learner="truthful")
    told = finding(cut, pair, done=True)
    assert f"It stays. With the usual parameters it rises, {cut.because}." in told and "seed" not in told


def test_nothing_is_found_before_both_runs_of_the_experiment_are_played():
    """While a new experiment begins the runs are still those of the one before."""
    kind = SYSTEMS["learning_bidders"]
    first, second = (replace(each, periods=5) for each in presentation_of(kind).experiments[:2])
    pair = pair_of(kind, first, seed=1)
    assert "→" in finding(first, pair, done=True)
    assert finding(second, pair, done=True) == "Look at: Mean bid."
    assert "→" not in finding(replace(first, periods=6), pair, done=True)
    assert "→" not in finding(first, pair, done=False)


def test_a_finding_that_is_not_as_expected_is_not_explained():
    """A fine that no firm pays, because it produces less instead, changes nothing."""
    experiment = replace(
        experiment_of("learning_bidders", "Cut permits by 20 %"), change={"penalty": Times(0.9)}, periods=20
    )
    told = finding(experiment, pair_of(SYSTEMS["learning_bidders"], experiment, seed=1), done=True)
    assert "It stays here, and usually does not" in told and experiment.because not in told


def test_parameters_that_a_link_brings_are_noted_and_a_seed_is_none():
    """A lesson leads to its own market, which the home page then opens as well."""
    for asked, noted in (({"phi": "1.1", "seed": "3"}, True), ({"seed": "3"}, False)):
        desk = Desk(SYSTEMS["learning_bidders"], asked=asked)
        assert desk.kept.peek()[LINKED] is noted
        desk.close()
    assert unusual_text(list("abcdefg")).endswith("a; b; c; d; e; and 2 more.")


def experiment_of(name, label):
    return next(each for each in presentation_of(SYSTEMS[name]).experiments if each.label == label)


def test_a_finding_shows_both_ends_of_a_course_that_is_the_answer():
    """Without savings a permit is cheaper in the first year and dearer in the last one, counted by hand."""
    kind = SYSTEMS["emissions_trading"]
    experiment = next(each for each in presentation_of(kind).experiments if each.path)
    pair = pair_of(kind, experiment, seed=1)
    first, second = (np.array(each.datacollector.model_vars[experiment.path]) for each in pair.values())
    assert second[:4].mean() < first[:4].mean() and second[-4:].mean() > first[-4:].mean()
    told = finding(experiment, pair, done=True)
    start, end = (
        " → ".join(number_text(float(run[quarters].mean()), "€/t") for run in (first, second))
        for quarters in (slice(0, 4), slice(-4, None))
    )
    assert f"start of the run: {start} €/t; " in told and f"at its end: {end} €/t." in told
    assert told.endswith(experiment.closing)


@systems
def test_a_visitor_knows_before_a_click_that_the_run_begins_anew(name):
    kind = SYSTEMS[name]
    shown = presentation_of(kind).experiments
    text = notice(kind, shown)
    assert "begins anew" in text and f"{shown[0].periods:,} {kind.Params.period_name}s" in text


def test_every_term_on_the_page_has_a_meaning_of_its_own_without_names_from_the_code():
    meanings = glossary()
    shared = {m for m in meanings.values() if list(meanings.values()).count(m) > 1}
    assert not shared and set(FIRST) < set(meanings)
    assert not [meaning for meaning in meanings.values() if re.search(r"_|`|\(, |\bthem \(", meaning)]
    assert terms_with("pay as bid") == ["discriminatory"] and terms_with("reserve p")[0] == "reserve price"
    assert terms_with("no such word") == []


@systems
def test_what_compare_offers_acts_and_is_told_apart(name):
    kind = SYSTEMS[name]
    values = kind.Params().everything()
    names = offered(kind.Params, values)
    labels = [knob_label(each, name) for each in names]
    assert len(set(labels)) == len(labels) and not set(names) & without_effect(kind.Params, values)
    idle = next(iter(set(comparable(kind.Params.all_knobs())) - set(names)))
    assert idle in offered(kind.Params, values, idle)


# -- labels ---------------------------------------------------------------------------------------------------


@systems
def test_labels_of_knobs_are_plain_and_tell_them_apart(name):
    params = SYSTEMS[name].Params
    for names in groups_shown(params, params().everything()).values():
        labels = [knob_label(each, name) for each in names]
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if CODE.search(label.lower())]
    assert not [each for each in params.all_knobs() if CODE.search(knob_label(each, name).lower())]


@systems
def test_labels_of_metrics_are_plain_and_tell_them_apart(name):
    labels = [metric_label(each) for each in SYSTEMS[name].metrics]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if CODE.search(label.lower())]


def test_efficiency_has_one_meaning():
    assert [name for name in METRICS if "efficiency" in metric_label(name).lower()] == ["efficiency"]


@systems
def test_choices_of_a_knob_are_plain_and_tell_them_apart(name):
    for knob, declared in SYSTEMS[name].Params.all_knobs().items():
        texts = [choice_label(knob, value) for value in declared.choices or ()]
        assert len(set(texts)) == len(texts), knob
        assert not [text for text in texts if "_" in text], knob


def test_every_label_is_of_something_that_exists():
    flat = {name for kind in SYSTEMS.values() for name in kind.Params.all_knobs()}
    known = flat | {name.rpartition(".")[2] for name in flat}
    for name, label in table("knobs").items():
        assert (
            name in known if isinstance(label, str) else set(label) <= set(SYSTEMS[name].Params.all_knobs())
        )
    values = {
        (name.rpartition(".")[2], value)
        for kind in SYSTEMS.values()
        for name, declared in kind.Params.all_knobs().items()
        for value in declared.choices or ()
    }
    for knob, labels in table("choices").items():
        assert {value for name, value in values if knob in ("any", name)} >= set(labels), knob
    assert set(table("metrics")) <= set(METRICS)


# -- key numbers ----------------------------------------------------------------------------------------------


def card_of(market, name):
    return next(card for card in key_numbers(market) if card["name"] == name)


def test_a_key_number_is_the_mean_of_the_last_periods_with_the_last_one_beside_it():
    market = SYSTEMS["learning_bidders"](rng=1)
    market.advance(250)
    card, prices = card_of(market, "clearing_price"), market.datacollector.model_vars["clearing_price"]
    assert card["number"] == pytest.approx(np.mean(prices[-100:]))
    assert card["other"] == f"last {prices[-1]:.3f}"


def test_a_key_number_forgets_what_was_before_a_change_of_the_policy():
    market = SYSTEMS["learning_bidders"](rng=1)
    market.advance(150)
    market.change_policy(phi=0.45)
    market.advance(10)
    caps = market.datacollector.model_vars["cap"]
    assert card_of(market, "cap")["number"] == pytest.approx(caps[-1]) != pytest.approx(caps[0])


def test_prices_that_rise_during_an_auction_are_those_of_the_present_round():
    market = SYSTEMS["escape_permits"](rng=1)
    market.advance(30)
    now = market.datacollector.model_vars["clock_price_ghg"][-1]
    assert card_of(market, "clock_price_ghg")["number"] == pytest.approx(now)


# -- the picture ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auction", ["uniform", "discriminatory", "vcg"])
@pytest.mark.parametrize(
    ("name", "picture", "more"),
    [
        ("learning_bidders", "auction_picture", {}),
        ("two_tier", "schedule_picture", {"policy": "random_schedule"}),
    ],
)
def test_areas_of_the_picture_are_revenue_and_gains(name, picture, more, auction):
    market = SYSTEMS[name](rng=2, auction=auction, **more)
    market.advance(30)
    rows = CHARTS[picture].rows(market, ())
    area = dict.fromkeys((REVENUE, GAIN, LOSS), 0.0)
    for row in rows["areas"]:
        area[row["kind"]] += (row["end"] - row["start"]) * (row["high"] - row["low"])
    firms = market.firms.rows
    assert area[REVENUE] == pytest.approx(firms.auction_payment.sum())
    if name == "learning_bidders":
        worth = (firms.private_value * firms.award).sum()
        assert area[GAIN] - area[LOSS] == pytest.approx(worth - firms.auction_payment.sum())
    else:
        assert area[GAIN] - area[LOSS] == pytest.approx(firms.profit.sum())
    bids = [row for row in rows["lines"] if row["series"].startswith("bid")]
    assert sum(row["end"] - row["start"] for row in bids if row["series"] == "bid served") == pytest.approx(
        firms.award.sum()
    )


def test_before_the_first_auction_the_picture_shows_what_permits_are_worth():
    market = SYSTEMS["learning_bidders"](rng=2)
    rows = CHARTS["auction_picture"].rows(market, ())
    assert {row["series"] for row in rows["lines"]} == {"worth"} and not rows["market"]
    heights = [row["height"] for row in rows["lines"]]
    assert heights == sorted(market.firms.rows.private_value, reverse=True)
