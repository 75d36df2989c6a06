"""Parts that the tabs of the package auctions share: a chart in its card, a slider for the correlation."""

import numpy as np
import solara

from model.views.live.live_chart import LiveChart

HIGHEST = 1.0
"""End of the slider, unless the farms' own correlations go beyond."""
STEP = 0.05


def Card(title, help, draw, data):
    """One chart in its card; a function, so that its data are compared and not its arguments."""
    with solara.Div(classes=["card"]):
        solara.Text(title, classes=["card__title"])
        LiveChart(draw, data, label=title)
        solara.Text(help, classes=["card__help"])


@solara.component
def Slider(label, value, own, change, back):
    """A slider for a correlation below its label; back : undoes a change, None where there is none.

    own : highest correlation of the farms in the run, which the slider reaches.
    """
    highest = STEP * np.ceil(max(HIGHEST, own) / STEP - 1e-9)
    with solara.Div(classes=["mitigation__slider"]):
        solara.Text(label, classes=["card__title"])
        solara.SliderFloat(
            label.partition(":")[0],
            value=float(min(value, highest)),
            min=0.0,
            max=float(highest),
            step=STEP,
            thumb_label=False,
            on_value=lambda new: abs(new - value) < STEP / 2 or change(round(new, 2)),
        )
        if back:
            solara.Button("As in the run", on_click=back, outlined=True, small=True)
