"""The firms of a market over years: names, sizes and curves of abatement, drawn or from files."""

from agents.emitters.curve_files import knots_in_file
from agents.emitters.curve_forms import knots_of_forms
from agents.emitters.draws import draw_emitters
from agents.emitters.files import FREE, read_emitters


def draw_or_read_emitters(p, rng):
    """Names, a year's planned emissions of all firms, t, and of each one its share of them, `Knots`, and free permits.

    The latter are shares of all that are given by size, float64[n]: the same as of planned emissions, unless the file
    of the firms says otherwise.
    """
    names, total, weight, choke_price, free_weight = _sizes(p, rng)
    if p.abatement_curves:
        return names, total, weight, knots_in_file(p.abatement_curves, names), free_weight
    return names, total, weight, knots_of_forms(p.curve, p.parts, choke_price), free_weight


def _sizes(p, rng):
    """Names, planned emissions of all, t, shares, choke prices, €/t, and shares of free permits, float64[n] each."""
    if p.emitters:
        names, facts = read_emitters(p.emitters)
        p.check_members("n_firms", len(names), "emitters")
        free = facts.get(FREE, facts["baseline"])
        total = float(facts["baseline"].sum())
        return names, total, facts["baseline"] / total, facts["choke_price"], free / free.sum()
    drawn_with = "size_spread", "largest_share", "choke_min", "choke_max", "choke_mean"
    limits = {name: getattr(p, name) for name in drawn_with}
    names = [f"firm {number}" for number in range(1, p.n_firms + 1)]
    weight, choke_price = draw_emitters(rng, p.n_firms, **limits)
    return names, p.baseline, weight, choke_price, weight
