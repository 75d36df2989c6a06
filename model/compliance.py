"""Compliance: production and emissions of a firm with the permits it holds, and the cost of a shortfall."""

from learning.jit import rule

COMPLIANCE = ("curtail", "penalty")
"""curtail: produce only what permits cover; penalty: produce all and pay a fine per tonne not covered."""


@rule
def produce(firm, held, penalise, penalty):
    """Production of one firm (its row) that holds ``held`` permits, t; penalise bool, penalty €/t.

    Returns output (units), emissions (t), shortfall (t), fine (€), and the margin earned on the output (€).
    [Esmaeili2021] gives no rate for a shortfall, so both rules are offered.
    """
    margin = firm.selling_price - firm.unit_cost
    missing = max(firm.required_permits - held, 0.0)
    if penalise:
        return firm.full_output, firm.required_permits, missing, penalty * missing, margin * firm.full_output
    output = firm.full_output if missing == 0.0 else held / firm.emission_intensity
    return output, firm.emission_intensity * output, 0.0, 0.0, margin * output
