"""Statements on what nobody can foresee: errors of emissions after the last abatement; caps beside taxes in runs."""

import numpy as np

from batch_runs.replications.textbook.measures import SAME, always, compared, metric, steadily
from batch_runs.replications.textbook.policy import PROBLEMS
from batch_runs.replications.textbook.runs import case
from batch_runs.replications.textbook.shown import Shown
from model.systems.emissions_trading.instruments import gain_of_tax, welfare

PRESET = "textbook_true_up"


def thirty_years(changes=None):
    """Case of thirty years with an error of 4 t after the last abatement, a true-up, and a fine of 100 €/t."""
    return case(PRESET, changes, read_out=30)


NO_BANK = thirty_years({"banking": False})
BUFFERS = {f"{share:g}": thirty_years({"outlook.buffer": share}) for share in (0.0, 0.08, 0.12)}
"""Permits that firms hold beyond their plans, a share of a year's need."""
CAP, TAX = (case(name, read_out=10) for name in ("weitzman", "weitzman_tax"))

CASES = (NO_BANK, *BUFFERS.values(), CAP, TAX)


def true_up_spread(markets, case):
    """Standard deviation over years of the price of the true-up, €/t."""
    return np.nanstd(markets.of("true_up_price", case), axis=1)


def from_formula(markets, problem):
    """Largest distance, €, over years of the tax's welfare less the cap's from (c - b) shock² / 2."""
    capped, taxed = (markets.of("emissions", case) for case in (CAP, TAX))
    shock = capped + markets.of("abatement", CAP) - problem.baseline
    gain = welfare(problem, taxed, shock) - welfare(problem, capped, shock)
    return np.abs(gain - gain_of_tax(problem, shock)).max(1)


UNFORESEEN = (
    Shown(
        "J1",
        "where permits can be kept, what nobody could foresee moves the price of the last trades less",
        compared(true_up_spread, NO_BANK, BUFFERS["0"]),
        "standard deviation of the true-up's price without banking - with it",
        "€/t",
        source="Godby1997",
        preset=PRESET,
    ),
    Shown(
        "J2",
        "the less, the more permits firms hold beyond their plans",
        steadily(true_up_spread, BUFFERS, sign=-1.0),
        "fall of it from no buffer to one of 8 and of 12 % of a year's need",
        "€/t",
        source="Godby1997",
        preset=PRESET,
    ),
    Shown(
        "J3",
        "but to hold them costs abatement",
        compared(metric("abatement_cost"), BUFFERS["0.12"], NO_BANK),
        "cost of abatement with a buffer of 12 % - without banking",
        "€ a year",
        source="Godby1997",
        preset=PRESET,
    ),
    Shown(
        "Q4",
        "in every year of a run the tax brings (c - b) shock² / 2 more than the cap",
        always(from_formula, PROBLEMS, SAME),
        "difference of welfare less the formula, 0",
        "€",
        source="Weitzman1974",
    ),
)
