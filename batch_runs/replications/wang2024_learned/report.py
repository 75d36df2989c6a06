"""Report of the replication of [Wang2024] with learning, section by section."""

from batch_runs.replications.common.report import Section
from batch_runs.replications.common.verdicts import (
    claims_table,
    failures,
    rule_for,
    sources_of,
    tally,
)
from batch_runs.replications.wang2024_learned.claims import ADAPTING, DETAILS, UTILITY, WELFARE
from batch_runs.replications.wang2024_learned.figures import figures
from batch_runs.replications.wang2024_learned.runs import EVALUATED, FULL, WELFARES
from batch_runs.replications.wang2024_learned.tables import (
    cost_table,
    details_table,
    utility_table,
    welfare_table,
)
from model.envs.grid_episodes import FIRST

TITLE = "Replication of Wang et al. (2024) with learning: enterprises and governments"
CASES = "training seeds"
INTERVALS = (
    "All seeds are scored in the same worlds, so both are samples; the variance is that of a crossed design and the "
    "degrees of freedom are those of the training seeds. Where single seeds are shown, ± is half the interval over "
    "worlds of that training alone."
)
HELD_OUT = (
    "No training sees a world in which anything is scored. The best of the nine rules is chosen in these worlds, with "
    "hindsight and for each population and measure anew, which favours the rules."
)
WHO = (
    "All enterprises share one network. It begins as a copy of the heuristic and improves by PPO under the nine "
    "published rules and random ones, with labour as in a first episode, at full weight, and between. A government has "
    "a linear rule of nine public numbers of each enterprise and their products with time, found by the cross-entropy "
    "method at c_e 0.2, for welfare that includes what is missing at the last step. It is scored at 0.05 as it is: no "
    "one reacts to the coefficient, which only weighs the shortfall."
)
LAST_STEP = (
    "The source's welfare never counts what is missing at the last step, since no later period settles it. The first "
    "two tables include it, the others do not."
)
TURNS = (
    "Enterprises that know a government may exploit it: they adapt to it, it is trained again with the adapted ones, "
    "and they adapt again. A5 compares institutions, each with enterprises that know it."
)


def sections(found, outcomes):
    """All sections but the last; found : list of `Result`."""
    utility, welfare, adapting, details = (
        [r for r in found if r.id in {s.id for s in group}] for group in (UTILITY, WELFARE, ADAPTING, DETAILS)
    )
    return [
        Section("Summary", [tally(found), WHO, HELD_OUT, rule_for(CASES), INTERVALS]),
        Section(
            "Enterprises",
            [
                claims_table("Trained enterprises beside the heuristic", utility, CASES),
                *(utility_table(outcomes, regime) for regime in (FIRST, FULL)),
            ],
        ),
        Section(
            "Governments",
            [
                LAST_STEP,
                claims_table("Trained governments beside the best of the nine rules", welfare, CASES),
                *(welfare_table(outcomes, number) for number in WELFARES),
            ],
        ),
        Section("Who adapts to whom", [TURNS, claims_table("Adaptation", adapting, CASES)]),
        Section(
            "What happens in an episode",
            [
                claims_table("Statements of the paper's section 4.3", details, CASES),
                sources_of(found),
                details_table(outcomes),
            ],
        ),
        failures(found),
        Section("Figures", figures(outcomes)),
        Section("What the trainings cost", [cost_table(outcomes)]),
    ]


def method(outcomes):
    """Describe the computation."""
    extent = outcomes.extent
    training = extent.training_of(1)
    s, search = training.settings, training.cross_entropy
    return (
        f"{extent.seeds} training seeds. Enterprises: {s.updates} improvements from {s.worlds} whole episodes each, "
        f"{s.adapting} to adapt. Governments: {search.generations} generations of {search.population} rules in "
        f"{s.government_worlds} worlds each; by PPO {s.government_updates} improvements. Scores: {extent.worlds} "
        f"worlds (seed {EVALUATED}) for every policy."
    )
