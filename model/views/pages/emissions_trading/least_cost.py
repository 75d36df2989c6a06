"""Words on the least cost of a run whose firms have projects: the bounds it lies between, and about the price."""

from weakref import WeakKeyDictionary

from model.systems.emissions_trading.project_bounds import NEVER, bound_least_cost, case_of, own_cost

_FOUND = WeakKeyDictionary()
"""Lines of each model, and the number of the run they are of."""


def least_cost_lines(model):
    """Lines on the run that a model has just ended, list of str; none within a run, without projects or permits."""
    p = model.params
    ended = model.steps > 0 and model.steps % p.cycle == 0
    if not ended or not p.projects or model.setup.taxed or p.terminal == "roll":
        return []
    run, lines = _FOUND.get(model, (0, []))
    if run != model.steps:
        lines = _lines(model)
        _FOUND[model] = model.steps, lines
    return lines


def _lines(model):
    case, built = case_of(model)
    found, own = bound_least_cost(case, built), own_cost(model)
    if own <= 0.0:
        return []
    first, middle, last = found.price[0], found.price[len(found.price) // 2], found.price[-1]
    return [
        f"The emissions of this run could have been had for {_between(found.lower, found.upper, ',.0f')} €; the firms "
        f"spent {own:,.0f} € on abatement and projects (all discounted to the first quarter): an efficiency of "
        f"{_between(100.0 * found.lower / own, 100.0 * found.upper / own, '.1f')} %.",
        f"A permit would have cost about {first:.1f} €/t in the first quarter, {middle:.1f} in the middle, and "
        f"{last:.1f} in the last one.",
        f"Firms began {(built != NEVER).sum()} projects; {(found.begun != NEVER).sum()} are begun in the cheapest plan "
        "found.",
    ]


def _between(low, high, form):
    """Both numbers, or one if they look alike."""
    low, high = format(low, form), format(high, form)
    return low if low == high else f"between {low} and {high}"
