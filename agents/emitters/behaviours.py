"""How firms plan: the registry of behaviours, and price takers who bank what the market will lack."""

from numba import types

from agents.emitters.curves import market_row
from agents.emitters.outlook import OUTLOOK, shortage_this_year, within_limit, worst_shortage
from learning.base import PartsAndLearners
from learning.jit import Kernel, kernel, rule
from learning.knobs import Settings, knob, settings

BEHAVIOURS = PartsAndLearners("behaviour")

PROVIDE = types.void(
    types.Array(types.float64, 2, "C"),
    OUTLOOK,
    types.Array(types.float64, 1, "C"),
    types.int64,
    types.int64,
    types.Array(types.float64, 2, "C"),
)
"""``provide(prices, outlook, settings, first, last, wanted)``

Writes to ``wanted[k, i]``, t, how many permits each firm ``i`` from ``first`` to ``last`` - 1 wants to hold beyond what
it will have emitted by the end of the quarter, if a permit costs ``prices[k, i]``, €/t. Below zero: it counts on buying
later. It must not rise with the price. settings : float64[knobs].

All firms and prices at once, because handing over an outlook takes longer than most answers.
"""


class Behaviour:
    """A way to plan: its settings and its rule.

    Subclasses define ``provide``, a kernel of signature `PROVIDE`, or a plain function of this form (`tabulated.py`).
    """

    Settings = Settings
    provide = None
    foresees = False
    """Whether it looks at ``outlook.foreseen``."""

    @classmethod
    def is_compiled(cls):
        """Return whether compiled loops can run it; one written in plain Python plays step by step."""
        return isinstance(cls.provide, Kernel)


@settings
class OutlookSettings(Settings):
    """Knobs of firms that look ahead."""

    plan: str = knob(
        "market",
        choices=("market", "own"),
        help="shortage that a firm provides for: its share of the market's, or that of its own costs with its share "
        "of the permits",
        source="ours",
    )
    buffer: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        step=0.05,
        unit="share",
        help="permits held for unforeseen emissions / a year's planned emissions",
        source="ours",
    )


AT = OutlookSettings.positions()
PLAN = OutlookSettings.numbers_of("plan")


@rule
def is_new(prices, k, i, first):
    """Whether firm ``i`` is asked at another price than the firm before it, from ``first`` on: often all are at one."""
    return i == first or prices[k, i] != prices[k, i - 1]


@rule
def covered_at_once(shortage, price, outlook):
    """Shortage to provide for, t: at the reserve price nobody counts on permits of later auctions, which may not come.

    Otherwise permits would stay unsold at the reserve price, and be lacking later.
    """
    return max(0.0, shortage) if price <= outlook.reserve_price * (1.0 + 1e-9) else shortage


@kernel(PROVIDE)
def provide_for_worst(prices, outlook, settings, first, last, wanted):
    """Bank the worst shortage ahead, so no expectation of prices is needed: all that counts is the required return.

    Once a year's emissions are settled its buffer may be used up; the next year's is part of that year's shortage.
    """
    own, buffer, target = settings[AT.plan] == PLAN.own, settings[AT.buffer] * outlook.need, 0.0
    for k in range(prices.shape[0]):
        for i in range(first, last):
            price = prices[k, i]
            if own or is_new(prices, k, i, first):
                shortage = worst_shortage(price, outlook, i if own else market_row(outlook.curves))
                now = covered_at_once(shortage, price, outlook) + buffer
                target = max(0.0, shortage + buffer) if outlook.settled else now
                target = within_limit(target, price, outlook)
            wanted[k, i] = outlook.weight[i] * target


@BEHAVIOURS.register("outlook")
class WorstShortage(Behaviour):
    """Price takers who bank the worst shortage in the years ahead, at prices that rise at the required return."""

    Settings = OutlookSettings
    provide = provide_for_worst


@settings
class ThumbSettings(Settings):
    """Knobs of firms that hold a share of the coming year's emissions."""

    share: float = knob(
        0.5,
        low=0.0,
        high=2.0,
        step=0.05,
        unit="share",
        help="permits to hold / expected emissions of the next year without abatement",
        source="ours",
    )


THUMB = ThumbSettings.positions()


@rule
def coming_year(outlook):
    """Emissions, t, expected in the coming year without abatement; 0 in the last year of a run."""
    if outlook.ahead < outlook.per_year:
        return 0.0
    total = 0.0
    for k in range(outlook.per_year):
        total += outlook.baseline[k]
    return total


@kernel(PROVIDE)
def provide_by_thumb(prices, outlook, settings, first, last, wanted):
    """Hold enough for this year and a fixed share of the next, whatever permits cost."""
    usual, target = settings[THUMB.share] * coming_year(outlook), 0.0
    for k in range(prices.shape[0]):
        for i in range(first, last):
            price = prices[k, i]
            if is_new(prices, k, i, first):
                target = within_limit(shortage_this_year(price, outlook) + usual, price, outlook)
            wanted[k, i] = outlook.weight[i] * target


@BEHAVIOURS.register("thumb")
class Thumb(Behaviour):
    """Firms that bank a fixed share of the coming year's emissions: the price does not matter to them."""

    Settings = ThumbSettings
    provide = provide_by_thumb


@settings
class AdaptiveSettings(ThumbSettings):
    """Knobs of firms that bank more when they expect prices to rise."""

    response: float = knob(
        10.0,
        low=0.0,
        high=100.0,
        step=0.5,
        help="rise of the bank per expected rise of the price above the required return, both as shares",
        source="ours",
    )
    most: float = knob(4.0, low=0.0, high=20.0, step=0.5, help="largest bank / usual bank", source="ours")


ADAPTIVE = AdaptiveSettings.positions()


@kernel(PROVIDE)
def provide_adaptively(prices, outlook, settings, first, last, wanted):
    """Hold the usual share of the next year, more of it the higher the expected price over the present one."""
    usual, target = settings[ADAPTIVE.share] * coming_year(outlook), 0.0
    for k in range(prices.shape[0]):
        for i in range(first, last):
            price = prices[k, i]
            if is_new(prices, k, i, first):
                required = max(price, 1e-9) * (outlook.growth[0] if outlook.ahead > 0 else 1.0)
                rise = outlook.expected_price / required - 1.0
                times = min(max(1.0 + settings[ADAPTIVE.response] * rise, 0.0), settings[ADAPTIVE.most])
                target = shortage_this_year(price, outlook) + times * usual
                target = within_limit(target, price, outlook)
            wanted[k, i] = outlook.weight[i] * target


@BEHAVIOURS.register("adaptive")
class Adaptive(Behaviour):
    """Firms that expect prices from past ones, and bank more when they expect a rise."""

    Settings = AdaptiveSettings
    provide = provide_adaptively
