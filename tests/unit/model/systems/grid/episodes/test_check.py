"""Command and page reject files that are no recorded episodes with the same message, which names the fault."""

import copy
import gzip
import json
import time

import pytest

from batch_runs.__main__ import main
from learning.knobs import ParameterError
from model.systems.grid import Grid
from model.systems.grid.episodes.check import check_log
from model.systems.grid.episodes.log import BUILDS, GATHERED, RESEARCH, LogError
from model.systems.grid.episodes.replay import Replay, open_episode, replay
from model.systems.grid.episodes.writer import log_of
from model.views.pages.grid.replay_run import ReplayRun


@pytest.fixture(scope="module")
def whole():
    """A short episode in which enterprises do everything that a log lists."""
    model = Grid(rng=1, episode=120, policy="random_action", height=12, width=12, total_permits=400.0)
    model.start_recording()
    model.advance(120)
    return json.loads(json.dumps(log_of(model.recorder.shots, model.params)))


def first(log, name):
    return next(entries[0] for entries in log[name] if entries)


def set_in(*path, to):
    """A change of a log: another value at a path."""

    def change(log):
        *outer, last = path
        for name in outer:
            log = log[name]
        log[last] = to

    return change


def take(*path):
    """A change of a log: what is at a path is missing."""

    def change(log):
        *outer, last = path
        for name in outer:
            log = log[name]
        del log[last]

    return change


def bid(entry, steps=120):
    """A change of a log: bids in the auction of permits, as it was before the first step."""
    return set_in("permit_bids", to=[entry] + [{}] * (steps - 1))


BROKEN = {
    "bids of a part of the steps": (
        bid({}, 60),
        "permit_bids: must be a list with an entry for each of the 120 steps",
    ),
    "bids of a stranger": (bid({"9": []}), "permit_bids of step 1: must be an object with keys from 0 to 4"),
    "a bid without volume": (
        bid({"2": [[3.0]]}),
        "permit_bids of step 1: enterprise 2 bids an array of shape (1, 1)",
    ),
    "a bid below 0": (
        bid({"2": [[-3.0, 1.0]]}),
        "permit_bids of step 1: enterprise 2 bids [[-3.0, 1.0]]: must be",
    ),
    "no states": (take("states"), "states missing"),
    "states are no list": (set_in("states", to={}), "states = {}: must be a list"),
    "one reward less": (lambda log: log["rewards"].pop(), "one entry more"),
    "no step": (
        lambda log: log.update(actions=[], rewards=[], states=log["states"][:1], world=log["world"][:1]),
        "at least one step",
    ),
    "an enterprise without coins": (
        take("states", 7, "2", "inventory", "Coin"),
        "states after step 7, enterprise 2, inventory: Coin missing",
    ),
    "an enterprise without place": (
        take("states", 7, "2", "loc"),
        "states after step 7, enterprise 2: loc missing",
    ),
    "coins in words": (
        set_in("states", 7, "2", "inventory", "Coin", to="many"),
        "Coin = 'many': must be a finite number",
    ),
    "coins without end": (set_in("states", 7, "2", "inventory", "Coin", to=float("inf")), "finite number"),
    "a coin that is true": (set_in("states", 7, "2", "inventory", "Coin", to=True), "finite number"),
    "a count past all floats": (set_in("metrics", "endow/0/Coin", to=10**400), "endow/0/Coin"),
    "an enterprise missing": (take("states", 30, "4"), "states after step 30: 4 missing"),
    "an enterprise too many": (
        lambda log: log["states"][30].update({"9": log["states"][30]["1"]}),
        "states after step 30: '9': no such agent",
    ),
    "enterprises with a gap": (take("states", 0, "1"), "without a gap"),
    "no government": (take("states", 3, "p"), "states after step 3: p missing"),
    "a government without penalty": (
        take("states", 3, "p", "punishment"),
        "step 3, government (p): punishment missing",
    ),
    "a shortfall too few": (
        set_in("states", 3, "p", "settlement_idx", to=[0, 0]),
        "settlement_idx has 2 numbers: must have 5",
    ),
    "a state that is null": (set_in("states", 9, to=None), "states after step 9"),
    "a start beside the map": (set_in("states", 0, "1", "loc", to=[0, 12]), "a cell of the 12 x 12 map"),
    "two start on one cell": (
        lambda log: log["states"][0]["3"].update(loc=log["states"][0]["1"]["loc"]),
        "enterprise 1 is there too",
    ),
    "no ability": (set_in("states", 0, "1", "Research_ability", to=0), "Research_ability = 0: must be above"),
    "maps of few steps": (set_in("world", 5, to={}), "world after step 5 (empty: record the maps"),
    "a map missing": (take("world", 5, "Property"), "world after step 5: Property missing"),
    "owners missing": (take("world", 5, "Property", "owner"), "world after step 5, Property: owner missing"),
    "a short row": (
        lambda log: log["world"][5]["Carbon_pollution"][3].pop(),
        "world after step 5: Carbon_pollution: must be 12 rows of 12 numbers",
    ),
    "a cell in words": (
        set_in("world", 5, "Property", "health", 0, 0, to="yes"),
        "Property.health: must be 12",
    ),
    "rewards miss an enterprise": (take("rewards", 10, "3"), "rewards of step 11: that of enterprise 3"),
    "rewards miss the government": (take("rewards", 10, "p"), "that of government (p) missing"),
    "a reward that is null": (set_in("rewards", 10, "3", to=None), "rewards of step 11: 3 = None"),
    "an action unknown": (
        set_in("actions", 4, "0", to={"Foo": 1}),
        "actions of step 5, enterprise 0: action 'Foo': unknown",
    ),
    "a price too high": (
        set_in("actions", 4, "0", to={"Carbon_auction.Buy_Carbon_idx": 22}),
        "Carbon_auction.Buy_Carbon_idx = 22: must be from 1 to 21",
    ),
    "half a move": (set_in("actions", 4, "0", to={"Gather": 1.5}), "Gather = 1.5: must be a whole number"),
    "two actions at once": (
        set_in("actions", 4, "0", to={"Gather": 1, "Carbon_component": 1}),
        "must be one action",
    ),
    "an action of nobody": (set_in("actions", 4, "7", to={}), "actions of step 5: '7': no such agent"),
    "a decision unknown": (
        set_in("actions", 4, "p", to={"Carbon_0": 1}),
        "government (p): action 'Carbon_0'",
    ),
    "actions that are null": (set_in("actions", 4, to=None), "actions of step 5: None: must be an object"),
    "a production of nobody": (
        lambda log: first(log, BUILDS).update(enterprise=5),
        "enterprise = 5: must be from 0 to 4",
    ),
    "research without result": (
        lambda log: first(log, RESEARCH).pop("action_result"),
        "'Success' or 'Fails'",
    ),
    "a project of nobody": (lambda log: first(log, GATHERED).pop("agent"), "agent missing"),
    "a list too short": (lambda log: log[BUILDS].pop(), "has 119 entries: must have 120"),
    "metrics that are a list": (set_in("metrics", to=[1]), "metrics = [1]: must be an object"),
    "a metric in words": (
        set_in("metrics", "util/0", to="high"),
        "util/0 = 'high': must be a number or null",
    ),
    "welfare without its parts": (take("metrics", "util/p", "prod"), "metrics: util/p: prod missing"),
    "shortfalls too few": (
        set_in("metrics", "util/p", "mobile_idx_used", to=[0.0]),
        "mobile_idx_used has 1 numbers: must have 5",
    ),
    "a start without its pace": (set_in("start", to={"steps": 1}), "start: positive_steps missing"),
    "a pace below 0": (set_in("start", "positive_steps", to=-1), "positive_steps = -1"),
    "parameters of another market": (
        set_in("parameters", "n_firms", to=3),
        "n_firms = 3: must be 5, as in the states and maps",
    ),
    "parameters not allowed": (set_in("parameters", "penalty", to=-1), "parameters it has: penalty = -1"),
    "a start that no parameter allows": (
        lambda log: (log.pop("parameters"), log["states"][0]["p"].update(punishment=-1)),
        "parameters it leads to: penalty = -1",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_missing_or_wrong_is_named_with_its_place(name, whole):
    log = copy.deepcopy(whole)
    change, said = BROKEN[name]
    change(log)
    with pytest.raises(LogError) as raised:
        Replay(log)
    assert said in str(raised.value)


FILES = {
    "empty": (b"", "no recorded episode"),
    "no JSON": (b"hello", "no recorded episode"),
    "a number": (b"3", "must be an object with states"),
    "a list": (b"[1]", "must be an object with states"),
    "nothing in it": (b"{}", "states, world, actions, rewards missing"),
    "no gzip": (b"\x1f\x8bnot gzip", "damaged"),
    "gzip of nonsense": (gzip.compress(b"nonsense"), "no recorded episode"),
    "half a gzip": (
        gzip.compress(json.dumps(list(range(5_000))).encode())[:200],
        "damaged (its end is missing)",
    ),
    "no text": (b'"\xff\xfe"', "no recorded episode"),
    "too deep": (b"[" * 200_000, "no recorded episode"),
}


def files_of(whole):
    """Bytes of files that are no recorded episodes, with words of their error messages."""
    log = copy.deepcopy(whole)
    del log["states"][7]["2"]["loc"]
    told = "no recorded episode: states after step 7, enterprise 2: loc missing"
    return FILES | {"an enterprise without place": (json.dumps(log).encode(), told)}


def shown_on_page(folder, data):
    """Message of the page about a file."""
    run = ReplayRun(folder)
    run.start("mine.json", data)
    deadline = time.monotonic() + 60
    while run.running:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not run.shots
    return run.error


@pytest.mark.parametrize("name", [*FILES, "an enterprise without place"])
def test_command_and_page_refuse_a_file_in_one_line_that_names_it(name, whole, tmp_path, capsys):
    data, said = files_of(whole)[name]
    file = tmp_path / "mine.json"
    file.write_bytes(data)
    assert main(["replay", str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    assert told.err.startswith(f"carbon: error: {file}: ") and said in told.err
    page = shown_on_page(tmp_path, data)
    assert page.startswith("mine.json: ") and said in page and str(tmp_path) not in page
    if name != "no gzip" and name != "half a gzip":  # the page looks at the size first
        assert told.err == f"carbon: error: {file}{page.removeprefix('mine.json')}\n"


def test_a_missing_file_is_a_clear_error(tmp_path, capsys):
    assert main(["replay", str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err == f"carbon: error: {tmp_path / 'none.json'}: no such file\n"
    assert main(["replay", str(tmp_path)]) == 2
    assert f"{tmp_path}: not a file" in capsys.readouterr().err


def test_numbers_that_disagree_end_with_another_code_than_files_that_cannot_be_read(whole, tmp_path, capsys):
    log = copy.deepcopy(whole)
    log["states"][7]["2"]["inventory"]["Coin"] += 1
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(log))
    assert main(["replay", str(file)]) == 1
    assert "119 of 120 steps agree" in capsys.readouterr().out
    del log["states"][7]["2"]["inventory"]["Coin"]
    file.write_text(json.dumps(log))
    assert main(["replay", str(file)]) == 2


def test_what_may_be_missing_is_not_missed(whole, tmp_path):
    log = {k: v for k, v in whole.items() if k != "metrics"}
    report = replay(log)
    assert report.agrees and report.metrics_compared == 0
    file = tmp_path / "plain.json"
    file.write_text(json.dumps(log))
    assert main(["replay", str(file)]) == 0
    assert len(open_episode(file)) == 120
    assert replay(log | {"metrics": None, "start": None}).agrees


def test_a_metric_left_out_disagrees(whole):
    log = copy.deepcopy(whole)
    del log["metrics"]["util/p"]
    assert replay(log).first.where == "util/p"


def test_a_number_past_all_floats_disagrees(whole):
    log = copy.deepcopy(whole)
    first(log, BUILDS)["Income"] = 10**400
    assert replay(log).first.where.endswith("Income")


def test_parameters_given_are_blamed_themselves(whole):
    with pytest.raises(ParameterError, match="penalty = -5"):
        Replay(whole, {"penalty": "-5"})
    with pytest.raises(LogError, match=r"n_firms = 4: must be 5"):
        Replay(whole, {"n_firms": "4"})


def test_a_log_is_left_as_it_was(whole):
    before = copy.deepcopy(whole)
    check_log(whole)
    assert whole == before
