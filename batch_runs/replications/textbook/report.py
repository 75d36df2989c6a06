"""Report of the textbook statements, section by section."""

from batch_runs.replications.common.report import Section, Table
from batch_runs.replications.common.verdicts import claims_table, failures, rule_for, tally
from batch_runs.replications.textbook.cases import EVERY, VCG_RESALE
from batch_runs.replications.textbook.claims import MARKETS, PERMITS, SHOWN
from batch_runs.replications.textbook.figures import figures
from batch_runs.replications.textbook.over_years import YEARS
from batch_runs.replications.textbook.policy import POLICY
from batch_runs.replications.textbook.under_shocks import SHOCKS
from batch_runs.replications.textbook.unforeseen import UNFORESEEN
from model.scenarios import scenarios

TITLE = "Textbook economics of permit markets and auctions"
EXACT = (
    "Statements that theory makes of every market are judged at the worst population and period, and are exact for "
    "those computed. Where theory says that numbers are equal, the range is that of rounding. No other tolerance is "
    "used."
)
YARDSTICKS = (
    "The competitive price is the value of the permit that exhausts the cap when the highest values are served first. "
    "The least cost of a cap is that of the cheapest steps of abatement, whoever takes them. Both are computed from "
    "values and costs, without the market."
)
PRESETS = (
    "Statements on markets can be looked at: choose the preset on the page, or give its name to `carbon run`."
)


def sections(found, markets):
    """Return all sections but the last; found : list of `Result`."""
    return [
        Section("Summary", [tally(found), rule_for("populations"), EXACT, YARDSTICKS]),
        Section("Permits, trade and price ceilings", [_claims("Permit markets", PERMITS, found)]),
        Section("Auctions", [_claims("Auctions and what firms bid", MARKETS, found)]),
        Section("A market over years", [_claims("Permits that are kept", YEARS, found)]),
        Section(
            "A market over years under shocks",
            [_claims("What nobody foresees", (*SHOCKS, *UNFORESEEN), found)],
        ),
        Section("Policy over years, without a market", [_claims("Rules and formulas", POLICY, found)]),
        failures(found),
        Section("Where to look", [PRESETS, _presets()]),
        Section("Figures", ["Means over populations, 95 % intervals.", *figures(markets)]),
    ]


def _claims(caption, statements, found):
    ids = {s.id for s in statements}
    return claims_table(caption, [r for r in found if r.id in ids], "cases")


def _presets():
    known, of = scenarios(), {}
    for statement in SHOWN:
        if statement.preset:
            of.setdefault(statement.preset, []).append(statement.id)
    rows = [(", ".join(ids), name, known[name].system, known[name].about) for name, ids in of.items()]
    return Table("Presets", ("statements", "preset", "system", "what to look for"), rows)


def method(markets):
    """Describe the computation."""
    return (
        f"{len(markets.seeds(VCG_RESALE))} populations (seeds 1, 2, …), the same in all {len(EVERY)} cases; firms that "
        "learn do so by Q-learning over 10,000 periods and are then read out over 100 without experiments."
    )
