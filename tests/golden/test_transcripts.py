"""Golden transcripts: short runs as readable text, so that any change of behaviour shows in review.

A change that is meant: ``pytest tests/golden --update-golden``, then look at the diff and commit it with
the reason.
"""

from pathlib import Path

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading
from model.systems.escape_permits import EscapePermits
from model.systems.grid import Grid
from model.systems.learning_bidders import LearningBidders
from model.systems.supply_chains import SupplyChains
from model.systems.two_tier import TwoTier

FOLDER = Path(__file__).parent

RUNS = {
    "uniform_q_learning": {"auction": "uniform", "learner": "q_learning", "phi": 0.85},
    "uniform_q_learning_by_visits": {
        "auction": "uniform",
        "learner": "q_learning",
        "phi": 0.95,
        "q_learning.alpha_schedule": "visits",
        "q_learning.epsilon_rounds": 5,
    },
    "discriminatory_roth_erev": {"auction": "discriminatory", "learner": "roth_erev", "phi": 0.85},
    "discriminatory_modified_roth_erev": {
        "auction": "discriminatory",
        "learner": "modified_roth_erev",
        "phi": 1.0,
        "discriminatory.price_weights": "awards",
    },
    "uniform_exp3_penalty": {"auction": "uniform", "learner": "exp3", "compliance": "penalty", "phi": 0.8},
    "discriminatory_regret_matching": {"auction": "discriminatory", "learner": "regret_matching", "phi": 0.9},
    "uniform_truthful": {"auction": "uniform", "learner": "truthful", "phi": 0.8},
    "uniform_fixed_undersubscribed": {
        "auction": "uniform",
        "learner": "fixed",
        "fixed.action": 20,
        "phi": 1.8,
        "uniform.undersubscribed": "reserve",
    },
    "discriminatory_random_cap_share": {
        "auction": "discriminatory",
        "learner": "random",
        "volume_rule": "cap_share",
        "phi": 0.9,
    },
}
PERIODS, FIRMS, SEED = 6, 3, 2021

FACTS = (
    "selling_price",
    "unit_cost",
    "emission_intensity",
    "full_output",
    "required_permits",
    "private_value",
)
PUBLIC = ("cap", "clearing_price", "equilibrium_price", "trading_price", "traded_volume", "state")
PRIVATE = (
    "action",
    "bid_price",
    "bid_volume",
    "award",
    "auction_payment",
    "bought",
    "output",
    "shortfall",
    "profit",
)
ACCOUNTS = ("cash", "issued", "surrendered", "expired", "product_market")


def number(value):
    """Ten significant digits: a change of behaviour shows, the last bits of another machine do not."""
    return f"{value + 0.0:.10g}"


def table(heading, names, rows):
    """Lines of a table, one per row, under the names of its columns."""
    lines = [
        [heading, *names],
        *([label, *(number(row[name]) for name in names)] for label, row in rows.items()),
    ]
    widths = [max(len(cells[k]) for cells in lines) for k in range(len(names) + 1)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(cells, widths)) for cells in lines]


AUCTIONS = {
    "two_tier_truthful_uniform": {"auction": "uniform"},
    "two_tier_truthful_vcg_short_need": {"auction": "vcg", "need": 2},
    "two_tier_best_reply_discriminatory": {
        "auction": "discriminatory",
        "policy": "best_response",
        "need": 2,
    },
    "two_tier_random_highest_rejected": {
        "auction": "uniform",
        "uniform.price_rule": "highest_rejected",
        "policy": "random_schedule",
        "steps": 3,
        "repair": "clip",
        "top_price": "public",
        "reserve_price": 1.0,
    },
}
AUCTION_COLUMNS = (
    ("cap", "clearing_price", "equilibrium_price"),
    ("cost", "high_price", "high_volume", "low_price", "low_volume", "award", "auction_payment", "profit"),
    ("efficient_award", "efficient_value", "equal_split_value", "bid_at_margin", "value_at_margin"),
)


def transcript(values):
    """A run of firms that bid and produce."""
    return written_out(LearningBidders(n_firms=FIRMS, rng=SEED, **values), values, (FACTS, PUBLIC, PRIVATE))


def transcript_of_chains(values):
    """A run of supply chains."""
    return written_out(SupplyChains(rng=SEED, **values), values, CHAIN_COLUMNS)


def written_out(model, values, columns):
    """The run as text: what differs from the defaults, the firms, then prices, bids, awards, profits by
    period; columns : names of facts, of public and of private numbers.
    """
    facts, public, private = columns
    rows, n = model.firms.rows, len(model.firms)
    text = [
        f"{model.name}, seed {SEED}, {n} firms",
        *(f"{name} = {value}" for name, value in values.items()),
    ]
    text += ["", *table("firm", facts, {str(i): rows[i] for i in range(n)})]
    model.advance(PERIODS)
    government, firms = model.datacollector.rows()
    for t, period in enumerate(model.datacollector.periods):
        text += ["", *table("period", public, {str(period): government[t, 0]})]
        text += table("firm", private, {str(i): firms[t, i] for i in range(n)})
    return "\n".join([*text, "", *table("accounts", ACCOUNTS, {"": government[-1, 0]})]) + "\n"


CHAINS = {
    "supply_chains_uniform_q_learning": {"auction": "uniform", "learner": "q_learning", "phi": 0.868},
    "supply_chains_discriminatory_caps": {
        "auction": "discriminatory",
        "learner": "random",
        "phi": 0.7,
        "price_cap": 140.0,
        "volume_cap": 3000.0,
    },
}
CHAIN_COLUMNS = (
    ("required_permits", "private_value", "no_policy_profit", "highest_price", "highest_volume"),
    (*PUBLIC, "marginal_chain", "marginal_share"),
    (
        "action",
        "bid_price",
        "bid_volume",
        "award",
        "auction_payment",
        "bought",
        "emissions",
        "abatement_cost",
        "shortfall",
        "profit",
    ),
)


def transcript_of_auctions(values):
    """The run as text: what differs from the defaults, then each auction and its metrics."""
    model = TwoTier(n_firms=FIRMS, rng=SEED, **values)
    text = [f"two_tier, seed {SEED}, {FIRMS} firms", *(f"{name} = {value}" for name, value in values.items())]
    model.advance(PERIODS)
    government, firms = model.datacollector.rows()
    public, *private = AUCTION_COLUMNS
    for t, period in enumerate(model.datacollector.periods):
        text += ["", *table("period", public, {str(period): government[t, 0]})]
        for columns in private:
            text += table("firm", columns, {str(i): firms[t, i] for i in range(FIRMS)})
        text += [f"{name} = {number(values[t])}" for name, values in model.datacollector.metrics.items()]
    return "\n".join([*text, "", *table("accounts", ACCOUNTS, {"": government[-1, 0]})]) + "\n"


GRIDS = {
    "grid_heuristic_decreasing_benchmarking": {"schedule": "decreasing", "indicator": "benchmarking"},
    "grid_random_crowded": {
        "policy": "random_action",
        "height": 5,
        "width": 6,
        "pollution_threshold": 0.5,
        "government": "even",
        "delay": 1,
        "forget": 4,
    },
    "grid_sold_by_auction": {"issuing": "discriminatory", "policy": "random_action", "rounding": "none"},
}
GRID_COLUMNS = (
    ("cell_row", "cell_col", "action", "cash", "cash_escrow", "permits", "permits_escrow", "labour"),
    ("level", "effective_investments", "properties", "projects", "allocation", "shortfall", "utility"),
)
GRID_PUBLIC = ("clock", "cap", "average_level", "remaining", "trades", "trade_price", "welfare")
GRID_STEPS, GRID_PERIOD = 16, 7


def transcript_of_grid(values):
    """The run as text: what differs from the defaults, the state after every step, and the map at the end."""
    model = Grid(n_firms=FIRMS, rng=SEED, period_length=GRID_PERIOD, **values)
    text = [
        f"grid, seed {SEED}, {FIRMS} enterprises",
        *(f"{name} = {value}" for name, value in values.items()),
    ]
    text += ["", *table("firm", ("ability", "scale"), {str(i): model.firms.rows[i] for i in range(FIRMS)})]
    model.advance(GRID_STEPS)
    government, firms = model.datacollector.rows()
    for t, period in enumerate(model.datacollector.periods):
        text += ["", *table("step", GRID_PUBLIC, {str(period): government[t, 0]})]
        for columns in GRID_COLUMNS:
            text += table("firm", columns, {str(i): firms[t, i] for i in range(FIRMS)})
    layers = model.world.layers[..., :5].astype(int)
    text += ["", "row col project pollution green property mark"]
    text += [" ".join(map(str, (*cell, *layers[tuple(cell)]))) for cell in np.argwhere(layers.any(-1))]
    accounts = (*ACCOUNTS, "written_off", "endowed")
    return "\n".join([*text, "", *table("accounts", accounts, {"": government[-1, 0]})]) + "\n"


ESCAPES = {
    "escape_permits_two_farms": {},
    "escape_permits_activity": {"cmra.activity": True, "cmra.points_nutrient": 3, "additional_bids": "all"},
    "escape_permits_activity_snipers": {"farm": "sniper", "sniper.waits": 2, "cmra.activity": True},
    "escape_permits_snipers": {"farm": "sniper", "sniper.waits": 2, "n_farms": 3},
    "escape_permits_first_price": {"mechanism": "first_price", "n_farms": 3},
    "escape_permits_vcg_three_pollutants": {"mechanism": "vcg", "n_farms": 3, "n_pollutants": 3},
    "escape_permits_safety_valve": {"reserve_price": 1.0, "valve_price": 0.5, "additional_bids": "all"},
}
ESCAPE_SIZE = {
    "baseline_ghg": 6,
    "baseline_nutrient": 4,
    "baseline_ammonia": 3,
    "increment_ghg": 0.25,
    "increment_nutrient": 2.0,
}
CLOCK_ROUNDS, SEALED_BIDS = 12, 3
ESCAPE_PUBLIC = ("auction", "clock_round", "closed", "provisional_revenue", "value", "best_value")
OF_EACH_POLLUTANT = ("cap", "clock_price", "demand", "provisional", "sold", "revenue", "valve_sold")
ESCAPE_FARMS = (
    ("surplus", "eligibility", "bids", "leading"),
    ("award", "auction_payment", "value", "profit", "valve_payment", "abatement_cost"),
)


def transcript_of_escapes(values):
    """The run as text: what differs from the defaults, then rounds with demand and bids; results in the last ones."""
    model = EscapePermits(**ESCAPE_SIZE, **values, rng=SEED)
    text = [f"escape_permits, seed {SEED}", *(f"{k} = {v}" for k, v in (ESCAPE_SIZE | values).items())]
    model.advance(CLOCK_ROUNDS if model.government.clock else SEALED_BIDS)
    government, firms = model.datacollector.rows()
    for t, period in enumerate(model.datacollector.periods):
        text += ["", *table("round", ESCAPE_PUBLIC, {str(period): government[t, 0]})]
        for pollutant in model.pollutants:
            names = [f"{name}_{pollutant}" for name in OF_EACH_POLLUTANT]
            text += table("", names, {"": government[t, 0]})
        demand = [f"demand_{pollutant}" for pollutant in model.pollutants]
        columns = [(*demand, *ESCAPE_FARMS[0])] + [ESCAPE_FARMS[1]] * bool(government.closed[t, 0])
        for names in columns:
            text += table("farm", names, {str(i): firms[t, i] for i in range(len(model.firms))})
    accounts = [
        f"{name}_{each}" for each in model.pollutants for name in ("issued", "surrendered", "expired")
    ]
    accounts = ("cash", "product_market", *accounts)
    return "\n".join([*text, "", *table("accounts", accounts, {"": government[-1, 0]})]) + "\n"


YEARS = {
    "emissions_trading_outlook": {"terminal": "roll", "horizon": 2},
    "emissions_trading_own_plans": {"outlook.plan": "own", "outlook.buffer": 0.05, "free_share": 0.4},
    "emissions_trading_reserves": {
        "behaviour": "adaptive",
        "auction": "discriminatory",
        "stability": "eu",
        "initial_bank": 120.0,
        "initial_reserve": 40.0,
        "ecr_price": 40.0,
        "ccr_price": 44.0,
        "ceiling_price": 46.0,
    },
    "emissions_trading_order_book": {"exchange": "order_book", "free_share": 0.5, "free_rule": "equal"},
    "emissions_trading_fines": {"behaviour": "thumb", "exchange": "none", "penalty": 20.0, "cap_last": 0.3},
}
YEAR_FACTS = ("weight", "choke_price")
YEAR_COLUMNS = (
    (
        "year",
        "quarter",
        "reserve_price",
        "offered",
        "estimate",
        "clearing_price",
        "trading_price",
        "carbon_price",
    ),
    ("yearly_cap", "containment_left", "reserve", "cancelled", "change", "next_change", "circulation"),
    ("baseline", "free_permits", "award", "auction_payment", "bought", "trade_payment", "emissions", "worth"),
    ("abatement_cost", "shortfall", "penalty_payment", "owed", "uncovered", "profit"),
)
YEAR_ACCOUNTS = (*ACCOUNTS, "emitted", "forgiven")


def transcript_of_years(values):
    """The run as text: what differs from the defaults, the firms, then every quarter; amounts in billionths."""
    short = {"n_firms": FIRMS, "years": 3, "quarters": 2, **values}
    model = EmissionsTrading(rng=SEED, **short)
    text = [f"emissions_trading, seed {SEED}", *(f"{name} = {value}" for name, value in short.items())]
    text += ["", *table("firm", YEAR_FACTS, {str(i): model.firms.rows[i] for i in range(FIRMS)})]
    model.advance(model.params.cycle)
    government, firms = model.datacollector.rows()
    for rows in (government, firms):
        for name in rows.dtype.names:
            rows[name] = np.round(rows[name], 9)
    for t, period in enumerate(model.datacollector.periods):
        text.append("")
        for public in YEAR_COLUMNS[:2]:
            text += table("quarter", public, {str(period): government[t, 0]})
        for private in YEAR_COLUMNS[2:]:
            text += table("firm", private, {str(i): firms[t, i] for i in range(FIRMS)})
    return "\n".join([*text, "", *table("accounts", YEAR_ACCOUNTS, {"": government[-1, 0]})]) + "\n"


TRANSCRIPTS = [(name, transcript, values) for name, values in RUNS.items()]
TRANSCRIPTS += [(name, transcript_of_auctions, values) for name, values in AUCTIONS.items()]
TRANSCRIPTS += [(name, transcript_of_grid, values) for name, values in GRIDS.items()]
TRANSCRIPTS += [(name, transcript_of_escapes, values) for name, values in ESCAPES.items()]
TRANSCRIPTS += [(name, transcript_of_years, values) for name, values in YEARS.items()]
TRANSCRIPTS += [(name, transcript_of_chains, values) for name, values in CHAINS.items()]


@pytest.mark.parametrize(("name", "written", "values"), TRANSCRIPTS, ids=[name for name, *_ in TRANSCRIPTS])
def test_run_reads_as_before(name, written, values, request):
    file = FOLDER / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        file.write_text(written(values), encoding="utf-8")
    assert written(values) == file.read_text(encoding="utf-8")


def test_no_transcript_is_left_over():
    assert {file.stem for file in FOLDER.glob("*.txt")} == {name for name, *_ in TRANSCRIPTS}
