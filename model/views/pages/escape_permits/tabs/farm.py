"""Farm: abatement costs of one farm, the worth of packages to it, and the effect of correlation."""

import numpy as np
import solara

from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.what_if import farm_at, surface_of, with_correlation, worth_of_one_more
from model.views.fields import ChoiceFields
from model.views.pages.base import tab
from model.views.pages.escape_permits.charts.curves import (
    draw_joint,
    draw_marginal,
    draw_total,
    draw_values,
    draw_worth,
    joint_rows,
    marginal_rows,
    total_rows,
    value_rows,
    worth_rows,
)
from model.views.pages.escape_permits.charts.pollutants import names_of
from model.views.pages.escape_permits.charts.surfaces import (
    draw_value_surface,
    farm_choices,
    mark_rows,
    surface_data,
)
from model.views.pages.escape_permits.tabs.parts import Card, Slider
from model.views.parts import Div, Text

ABOUT = "A farm must hold a permit for what it emits, or abate it. What abatement costs is what permits are worth. "
OF_SLIDER = (
    "The correlation r says how many lots of the others are abated along with a lot of GHG. Move the slider: costs and "
    "values of this farm follow at once. r here is only a question; the run goes on with its own."
)
KEPT = "correlation of a farm"
HELD = "other permits held"
MOST_HELD = 5
"""Choices of permits held."""


def warm(model):
    """Compute the curves of a small farm, which compiles the rules."""
    params = model.params.small(len(model.pollutants))
    instance = with_correlation(params, draw_instance(params, 0), 0.5)
    farm = farm_at(instance, 0)
    marginal_rows(farm, names_of(model))
    joint_rows(farm, instance.terms.expected[0])
    total_rows(farm)


@tab(title="Farm", system="escape_permits", warm=warm)
@solara.component
def FarmTab(desk):
    """A farm, its correlation, its curves and values."""
    desk.tick.value  # noqa: B018 - read to be drawn again when an auction has begun
    model = desk.run.model
    params, instance, names, options = desk.run.look(
        lambda made: (made.params, made.instance, names_of(made), farm_choices(made))
    )
    farm = options["farm"].get(desk.chosen.value.get("farm"), 1)
    row = min(farm, len(model.firms)) - 1
    own = instance.curves.correlation[row, 1:].max(initial=0.0)
    kept = desk.kept.value.get(KEPT)
    here = float(own) if kept is None else kept
    Text(ABOUT + (OF_SLIDER if len(names) > 1 else ""), classes=["lead"])
    with Div(classes=["chooser"]):
        ChoiceFields(desk, options)
        if len(names) > 2:
            ChoiceFields(desk, {HELD: held_choices(instance, row)})
    if len(names) > 1:
        Slider(
            f"Correlation r of farm {farm}: {here:.2f} lots of {' and '.join(names[1:])} per lot of GHG",
            here,
            float(own),
            lambda r: desk.keep(KEPT, r),
            None if kept is None else lambda: desk.keep(KEPT, None),
        )
    asked = with_correlation(params, instance, here, [row]) if kept is not None else instance
    choices = held_choices(instance, row) if len(names) > 2 else {"0": 0}
    others = choices.get(desk.chosen.value.get(HELD), next(iter(choices.values())))
    with Div(classes=["cards"]):
        Costs(asked, row, names)
        Worth(asked, row, names, others)


def held_choices(instance, row):
    """Choices of lots held of the third pollutant: the farm's expected share first, then others."""
    most = int(min(instance.curves.baseline[row, 2], instance.terms.packages.lots[-1, 2]))
    expected = int(min(instance.terms.expected[row, 2], most))
    lots = [expected, *np.linspace(0, most, MOST_HELD).astype(int).tolist()]
    return {f"{k} of ammonia": k for k in dict.fromkeys(lots)}


def Costs(instance, row, names):
    """Marginal costs, cost and savings of abating GHG, and joint costs."""
    farm = farm_at(instance, row)
    Card(
        "Marginal cost of abating each pollutant, €/lot",
        "What one more lot avoided costs, each pollutant by itself. A lot is 25 kg CO2e of GHG, or 1 kg of the "
        "others.",
        draw_marginal,
        {"curves": marginal_rows(farm, names)},
    )
    if len(names) == 1:
        return
    held = instance.terms.expected[row]
    text = " and ".join(f"{held[j]} {name}" for j, name in enumerate(names) if j)
    data = joint_rows(farm, held)
    best = data["best"][0]["lots"]
    Card(
        "Why GHG permits stay unsold, € per lot of GHG",
        f"With permits for {text} (its share of the supply). Orange: marginal cost of GHG. Blue: r times the marginal "
        "cost of what is still to be abated of the others, which a lot of GHG saves. Left of the dashed line abating "
        f"GHG pays by itself: the farm abates {best:.1f} lots without any cap on GHG, and has no use for more than "
        f"{farm.baseline[0] - best:.1f} permits.",
        draw_joint,
        data,
    )
    Card(
        "Cost of abating everything by the same share, €",
        "Blue: least cost with the correlation, where abating GHG does part of the work on the others. Grey: the same "
        "farm with r = 0, where each pollutant must be abated by itself.",
        draw_total,
        {"costs": total_rows(farm)},
    )


def Worth(instance, row, names, others):
    """The surface of values, and the worth of one more GHG permit."""
    surface = surface_of(instance.value[row], instance, row, others)
    if len(names) == 1:
        return Card(
            "What permits are worth to the farm, €",
            "The abatement cost they save.",
            draw_values,
            {"values": value_rows(surface)},
        )
    expected = int(instance.terms.packages.number(instance.terms.expected[row]))
    marks = mark_rows(instance.terms.packages.lots, its_share=expected)
    fixed = f", with {others} of {names[2]}" if len(names) > 2 else ""
    Card(
        "What each package of permits is worth to the farm, €",
        "The abatement cost a package saves. Edges of colour are contours. Where they run flat, more GHG permits "
        "add nothing. Diamond: the farm's share if permits were divided by baselines.",
        draw_value_surface,
        surface_data(surface, marks, f"farm {row + 1}{fixed}"),
    )
    Card(
        "What a further GHG permit is worth, €",
        "What a farm's last GHG permit adds when permits cover a quarter, half, … of its GHG. It is worth more to a "
        "farm that holds more nutrient permits: the two are complements, since abating less nutrient leaves more GHG "
        "to cover. With r = 0 the lines are flat.",
        draw_worth,
        {"worth": worth_rows(worth_of_one_more(surface))},
    )
