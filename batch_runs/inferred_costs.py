"""Derivation of the marginal cost of [Esmaeili2022, Table 5]'s chains, as plain values and as text."""

from agents.supply_chains.inference import (
    AWARDS,
    CASE_1_PRICES,
    CASE_2_PRICE,
    CHANGE,
    RATE,
    Implied,
    average_change,
    implied_costs,
)
from agents.supply_chains.table_5 import PRIVATE_VALUE, SLOPE, TEC
from batch_runs.tables import text_table


def facts():
    """Return the paper's numbers, the costs they imply at each price paid, and the line used: plain values by name."""
    line = Implied(float("nan"), SLOPE * RATE / 2.0, SLOPE * RATE)
    return {
        "mitigation_rate": RATE,
        "average_change": dict(zip(("case_1", "case_2"), CHANGE)),
        "awards": dict(zip(("case_1", "case_2"), AWARDS)),
        "price_paid_case_2": CASE_2_PRICE,
        "implied": [_row(price, line) for price in CASE_1_PRICES],
        "slope_used": SLOPE,
        "average_change_case_2_with_it": average_change(TEC, PRIVATE_VALUE, AWARDS[1], line, CASE_2_PRICE),
    }


def _row(price, line):
    implied = implied_costs(TEC, PRIVATE_VALUE, price)
    return implied._asdict() | {
        "average_over_marginal": implied.ratio,
        "slope": implied.slope,
        "average_change_case_1_with_line": average_change(TEC, PRIVATE_VALUE, AWARDS[0], line, price),
    }


def as_text(found):
    """Return `facts` as readable text."""
    rate, slope = found["mitigation_rate"], found["slope_used"]
    first, second = found["average_change"].values()
    rows = [
        {
            "price paid, case 1, €/t": f"{row['price_paid']:.0f}",
            "average cost a, €/t": f"{row['average_cost']:,.0f}",
            "trading price psi, €/t": f"{row['trading_price']:,.0f}",
            "a / psi": f"{row['average_over_marginal']:.2f}",
            "2 a / lambda, €/t": f"{row['slope']:,.0f}",
            "case 1 with the line": f"{row['average_change_case_1_with_line']:.0%}",
        }
        for row in found["implied"]
    ]
    return f"""\
[Esmaeili2022] prints the chains' average change of profit at lambda = {rate:.0%} [Eq. 12]: {first:.0%} in case 1, \
{second:.0%} in case 2.
With its Table 5 and the awards of Tables 6 and 8 each is linear in two numbers that it does not print:
    mean over chains of -(lambda a TEC + psi ((1 - lambda) TEC - award) + price paid x award) / (v TEC)
a: average cost of a tonne avoided; psi: trading price, the cost of the last one; all chains avoid the same share.
Case 2 pays {found["price_paid_case_2"]:.0f} €/t. The price paid in case 1 is not printed; chain 4, served last, \
outbids 1 and 2:

{text_table(rows)}

Average over marginal cost is about 1/2, so the marginal cost is about a straight line from zero with slope \
2 a / lambda.
Used: {slope:,.0f} €/t x share avoided. With it case 2 gives {found["average_change_case_2_with_it"]:.0%}. \
The two averages are thereby used up: meeting them is no evidence."""
