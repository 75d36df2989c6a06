"""Compliance: production and emissions of a firm with the permits it holds, and the cost of a shortfall."""

import numpy as np

from learning.jit import rule

COMPLIANCE = ("curtail", "penalty", "best")
"""curtail: produce only what permits cover; penalty: produce all and pay a fine per tonne not covered; best: pay the
fine only for units that earn more than it."""


def fined_above(compliance, penalty):
    """Profit per tonne, €/t, above which a firm pays the fine (``penalty`` €/t) and at or below which it curtails.

    >>> [fined_above(each, 5.0) for each in COMPLIANCE]
    [inf, -inf, 5.0]
    """
    return {"curtail": np.inf, "penalty": -np.inf, "best": penalty}[compliance]


def permit_worth(compliance, private_value, penalty):
    """The most that a permit is worth to each firm, float64[n], €/t: what it lets the firm earn, or the fine it saves.

    private_value : float64[n], €/t; penalty : €/t.
    """
    match compliance:
        case "curtail":
            return np.array(private_value)
        case "penalty":
            return np.full(len(private_value), float(penalty))
        case "best":
            return np.minimum(private_value, float(penalty))


@rule
def produce(firm, held, fined_above, penalty):
    """Production of one firm (its row) that holds ``held`` permits, t; fined_above, penalty : €/t.

    Returns output (units), emissions (t), shortfall (t), fine (€), and the margin earned on the output (€).
    Permits held are paid for and cannot be banked, so a unit they cover earns its margin, and any other unit its
    margin less the fine. [Esmaeili2021] gives neither a rule nor a rate for a shortfall, so three rules are offered.
    """
    margin = firm.selling_price - firm.unit_cost
    missing = max(firm.required_permits - held, 0.0)
    may_pay = fined_above < np.inf  # or no margin is above it: no need to divide
    if may_pay and margin / firm.emission_intensity > fined_above:
        return firm.full_output, firm.required_permits, missing, penalty * missing, margin * firm.full_output
    output = firm.full_output if missing == 0.0 else held / firm.emission_intensity
    return output, firm.emission_intensity * output, 0.0, 0.0, margin * output
