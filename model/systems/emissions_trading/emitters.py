"""The firms of a market over years: names, sizes and curves of abatement, drawn or from files."""

from agents.emitters.curve_files import knots_in_file
from agents.emitters.curve_forms import knots_of_forms
from agents.emitters.draws import draw_emitters
from agents.emitters.files import read_emitters


def draw_or_read_emitters(p, rng):
    """Names, a year's planned emissions of all firms, t, each one's share of them, float64[n], and its `Knots`."""
    names, total, weight, choke_price = _sizes(p, rng)
    if p.abatement_curves:
        return names, total, weight, knots_in_file(p.abatement_curves, names)
    return names, total, weight, knots_of_forms(p.curve, p.parts, choke_price)


def _sizes(p, rng):
    """Names, planned emissions of all, t, shares and choke prices, €/t, float64[n] each."""
    if p.emitters:
        names, facts = read_emitters(p.emitters)
        p.check_members("n_firms", len(names), "emitters")
        total = float(facts["baseline"].sum())
        return names, total, facts["baseline"] / total, facts["choke_price"]
    drawn_with = "size_spread", "largest_share", "choke_min", "choke_max", "choke_mean"
    limits = {name: getattr(p, name) for name in drawn_with}
    names = [f"firm {number}" for number in range(1, p.n_firms + 1)]
    return names, p.baseline, *draw_emitters(rng, p.n_firms, **limits)
