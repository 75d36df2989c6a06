"""The statements of the textbooks, each with its source, its judge, and the preset that shows it in the dashboard."""

from batch_runs.replications.common import claims
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.textbook import cases
from batch_runs.replications.textbook import measures as m
from batch_runs.replications.textbook.measures import always, averaged, compared, steadily
from batch_runs.replications.textbook.over_years import YEARS
from batch_runs.replications.textbook.policy import POLICY
from batch_runs.replications.textbook.shown import Shown
from batch_runs.replications.textbook.under_shocks import SHOCKS
from batch_runs.replications.textbook.unforeseen import UNFORESEEN

COMPULSORY = (
    "Under compulsory trade those who are outbid must buy at a price tied to the auction's, even above what a permit "
    "is worth to them. A firm gains by bidding for more permits than it needs, to sell the rest."
)
RESALE = (
    "Theory predicts this: with resale a permit is worth what others pay for it later, so where rivals bid too little, "
    "a firm gains by buying their permits cheaply and selling them back [GarrattTroger2006]."
)


def results(markets):
    """Judge every statement: list of `Result`."""
    return claims.results(mark(STATEMENTS, FOLLOWS, CERTAIN), markets, "")


PERMITS = (
    Shown(
        "M1",
        "free trade: what a firm emits does not depend on who got the permits first",
        always(m.follows_awards, cases.FREE, m.SAME),
        "spread of a firm's emissions / spread of its awards, 0",
        source="Montgomery1972",
        preset="textbook_montgomery",
    ),
    Shown(
        "M2",
        "free trade: the cap is kept at the least cost",
        always(m.excess_cost, cases.SCARCE, m.SAME),
        "cost of abatement / least cost, less 1: 0",
        source="Montgomery1972",
        preset="textbook_montgomery",
    ),
    Shown(
        "S1",
        "a tighter cap raises the price of a free market",
        steadily(m.metric("trading_price"), cases.CHAINS),
        "rise of the trading price from each phi to the next",
        "€/t",
        source="Dales1968",
        preset="textbook_montgomery",
    ),
    Shown(
        "S2",
        "a tighter cap raises the auction's price among firms that learn to bid",
        steadily(m.metric("clearing_price"), cases.CAPS),
        "rise of the clearing price from each phi to the next",
        "€/t",
        source="Dales1968",
        preset="textbook_tight_cap",
    ),
    Shown(
        "R1",
        "a price ceiling that binds is the price",
        always(m.above_ceiling, cases.CEILED, m.SAME),
        "trading price / ceiling, less 1: 0",
        source="RobertsSpence1976",
        preset="textbook_price_ceiling",
    ),
    Shown(
        "R2",
        "emissions exceed the cap where the ceiling binds",
        always(m.above_cap, cases.CEILED),
        "emissions / cap, less 1",
        source="RobertsSpence1976",
        preset="textbook_price_ceiling",
    ),
    Shown(
        "R3",
        "the higher the ceiling, the less is emitted",
        steadily(m.above_cap, cases.CEILED, -1.0),
        "fall of emissions / cap from each ceiling to the next",
        source="RobertsSpence1976",
        preset="textbook_price_ceiling",
    ),
    Shown(
        "R4",
        "a ceiling that does not bind changes nothing",
        always(m.change("trading_price", cases.NO_CEILING), {"": cases.LOOSE}, m.SAME),
        "trading price with the ceiling, less that without: 0",
        "€/t",
        source="RobertsSpence1976",
        preset="textbook_price_ceiling",
    ),
    Shown(
        "F1",
        "no price exceeds the fine",
        always(m.above_penalty, cases.FINED, m.NOT_ABOVE),
        "highest price of the auction or of a trade / fine, less 1: at most 0",
        source="RobertsSpence1976",
        preset="textbook_penalty",
    ),
    Shown(
        "F2",
        "the higher the fine, the less is emitted",
        steadily(m.above_cap, cases.FINED, -1.0),
        "fall of emissions / cap from each fine to the next",
        source="RobertsSpence1976",
        preset="textbook_penalty",
    ),
    Shown(
        "F3",
        "under a fine above all values emissions stay within the cap",
        always(m.above_cap, {"": cases.PROHIBITIVE}, m.NOT_ABOVE),
        "emissions / cap, less 1: at most 0",
        source="RobertsSpence1976",
        preset="textbook_penalty",
    ),
    Shown(
        "T1",
        "voluntary trade hurts nobody",
        always(m.least_gain_from_trade, cases.VOLUNTARY, m.NOT_BELOW),
        "least gain of a firm in a period / its profit with free permits, at least 0",
        source="MasColell1995",
        preset="textbook_voluntary_trade",
    ),
    Shown(
        "T2",
        "where nothing is traded there is no price",
        always(m.priced_without_trade, {"": cases.IDLE}, m.SAME),
        "share of the periods without trade that have a trading price, 0",
        source="MasColell1995",
        preset="textbook_voluntary_trade",
    ),
)

MARKETS = (
    Shown(
        "W1",
        "no bids bring a larger surplus than the optimum",
        always(m.above_optimum, cases.ANY_BIDS, m.NOT_ABOVE),
        "largest surplus of a period / optimum, less 1: at most 0",
        source="MasColell1995",
        preset="textbook_any_bids",
    ),
    Shown(
        "C1",
        "two firms pay less than the competitive price, the value of the marginal permit",
        averaged(m.below_competitive, cases.CROWDS[2]),
        "1 - clearing price / competitive price",
        source="Vickrey1961",
        preset="textbook_many_firms",
    ),
    Shown(
        "C2",
        "the uniform price approaches the competitive price as firms become many",
        steadily(m.from_competitive, cases.CROWDS, -1.0),
        "fall of |1 - clearing price / competitive price| from each number of firms to the next",
        source="Swinkels2001",
        preset="textbook_many_firms",
    ),
    Shown(
        "C3",
        "the gain from untruthful bids vanishes as firms become many",
        steadily(m.share, cases.TRUTHFUL, -1.0),
        "fall of gain / profit from each number of firms to the next; highest rejected bid",
        source="RobertsPostlewaite1976",
        preset="textbook_shading",
    ),
    Shown(
        "V1",
        "VCG: no other bids gain, whatever the rivals' values",
        always(m.largest_gain, {"": cases.VCG}, m.NOT_ABOVE),
        "largest gain from other prices in any auction, at most 0",
        "€",
        source="Vickrey1961",
        preset="textbook_vcg",
    ),
    Shown(
        "V2",
        "VCG with compulsory resale: the truth is a best reply to the truth",
        averaged(m.share, cases.VCG_RESALE, m.NOT_ABOVE),
        "largest gain of a firm / its profit with free permits, at most 0",
        reason=COMPULSORY,
        source="Vickrey1961",
        preset="textbook_vcg_resale",
    ),
    Shown(
        "V3",
        "VCG with voluntary resale: the truth is a best reply to the truth",
        always(m.share, {"": cases.VCG_VOLUNTARY}, m.NOT_ABOVE),
        "largest gain of a firm / its profit with free permits, at most 0",
        source="AusubelCramton2004",
        preset="textbook_vcg_resale",
    ),
    Shown(
        "V4",
        "VCG with voluntary resale: the truth is best whatever the rivals bid",
        averaged(m.share, cases.VCG_ANY, m.NOT_ABOVE),
        "largest gain of a firm from leaving the truth / its profit with free permits, at most 0",
        reason=RESALE,
        source="Vickrey1961",
        preset="textbook_vcg_resale",
    ),
    Shown(
        "D1",
        "one price for all: a firm's best reply shades its second permit more than its first",
        averaged(m.metric("tier_difference"), cases.REDUCED),
        "shading of the second permit - of the first",
        source="Ausubel2014",
        preset="textbook_demand_reduction",
    ),
    Shown(
        "D2",
        "it bids for fewer permits than it wants at the price",
        averaged(m.metric("quantity_reduction"), cases.REDUCED),
        "share of true demand at the clearing price that is not bid for",
        source="Ausubel2014",
        preset="textbook_demand_reduction",
    ),
    Shown(
        "D3",
        "this lowers the price",
        compared(m.metric("clearing_price"), cases.NOT_REDUCED, cases.REDUCED),
        "clearing price of truthful firms - of best replies",
        "€/t",
        source="Ausubel2014",
        preset="textbook_demand_reduction",
    ),
    Shown(
        "D4",
        "and permits no longer go to the highest values",
        averaged(m.inefficiency, cases.REDUCED),
        "1 - value of the permits / largest possible",
        source="Ausubel2014",
        preset="textbook_demand_reduction",
    ),
    Shown(
        "P1",
        "revenue rises with the reserve price up to the competitive price",
        steadily(m.revenue_share, cases.RESERVED),
        "rise of revenue / (cap x competitive price) from each reserve price to the next",
        source="Myerson1981",
        preset="textbook_reserve_price",
    ),
    Shown(
        "P2",
        "a reserve price above it leaves permits unsold",
        always(m.unsold, {"": cases.ABOVE}),
        "share of the permits unsold at 1.01 x competitive price",
        source="Myerson1981",
        preset="textbook_reserve_price",
    ),
    Shown(
        "P3",
        "abundant permits sell at the reserve price",
        always(m.above_reserve, {"": cases.ABUNDANT}, m.SAME),
        "clearing price - reserve price, 0",
        "€/t",
        source="Dales1968",
        preset="textbook_abundant_permits",
    ),
    Shown(
        "P4",
        "a reserve price above all values sells nothing",
        always(m.sold, {"": cases.PROHIBITED}, m.SAME),
        "share of the permits sold, 0",
        source="Myerson1981",
        preset="textbook_reserve_above_values",
    ),
)

SHOWN = (*PERMITS, *YEARS, *SHOCKS, *UNFORESEEN, *MARKETS)
STATEMENTS = (*SHOWN, *POLICY)
CERTAIN = (
    "M1",
    "R1",
    "R2",
    "F1",
    "T1",
    "T2",
    "W1",
    "P4",
    "Y3",
    "M3",
    "H1",
    "B2",
    "X1",
    "Q4",
    "Z1",
    *(one.id for one in POLICY),
)
"""What the rules cannot but do: plans depend on the price alone (M1), the price stops at a ceiling or a fine (R1, R2,
F1, X1), nobody trades at a loss in a voluntary exchange (T1), a price is that of a trade (T2), the optimum is the
largest surplus (W1), bids stop at values (P4), firms that foresee everything plan the equilibrium (Y3, M3, H1, B2),
abatement follows the price alone (Q4), accounts add up (Z1), and all that needs no market. They test the program."""
FOLLOWS = {"R4": "R1", "F2": "R3", "F3": "F2", "P2": "P1", "D3": "D2", "E4": "E3", "H4": "H3", "J2": "J1"}
"""Another form of the same mechanism; a fine is a ceiling, too (F2, F3)."""
