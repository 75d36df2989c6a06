"""Our models under Mesa's own page, and our own page, drawn without a browser."""

import solara

from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from model.views.frame import dashboard_routes
from model.views.kept_desks import KeptDesks
from model.views.page import SystemPage
from model.views.presentation import by_difficulty, word


def texts(box):
    """Every text that a drawn page shows."""
    found, todo = [], [box]
    while todo:
        widget = todo.pop()
        if isinstance(widget, str):
            found.append(widget)
        elif widget.has_trait("unit") and widget.has_trait("period"):
            found.append(f"{widget.unit} {widget.period}")
        elif widget.has_trait("titles"):
            found += widget.titles
        else:
            todo += list(getattr(widget, "children", ()) or ())
            todo += [
                s["children"]
                for s in getattr(widget, "v_slots", ()) or ()
                if not isinstance(s["children"], list)
            ]
    return " ".join(found)


def test_solara_viz_accepts_our_models():
    from mesa.visualization import Slider, SolaraViz, make_plot_component

    page = SolaraViz(
        LearningBidders(rng=1),
        components=[make_plot_component("clearing_price", backend="altair")],
        model_params={"phi": Slider("phi", 0.9, 0.5, 1.0, 0.01), "rng": 1},
        name="Learning bidders",
    )
    box, context = solara.render(page, handle_error=False)
    assert context.container is not None and box.children
    context.close()


def test_every_system_has_a_route_and_a_page_that_draws():
    paths = [route.path for route in dashboard_routes() if route.label]
    assert [path for path in paths if path.replace("-", "_") in SYSTEMS] == [
        name.replace("_", "-") for name in by_difficulty(SYSTEMS)
    ]
    for name in SYSTEMS:
        box, context = solara.render(SystemPage(name, KeptDesks()), handle_error=False)
        shown = texts(box)
        assert (
            f"{word(SYSTEMS[name], 'period')} 0" in shown and "Information" in shown and "Sweep" not in shown
        )
        context.close()
