"""Parts that the tabs of the package auctions share: a chart in its card, a slider for the correlation."""

import solara

from model.views.live_chart import LiveChart

HIGHEST = 1.0
STEP = 0.05


def Card(title, help, draw, data):
    """One chart in its card; a function, so that its data are compared and not its arguments."""
    with solara.Div(classes=["card"]):
        solara.Text(title, classes=["card__title"])
        LiveChart(draw, data, label=title)
        solara.Text(help, classes=["card__help"])


@solara.component
def Slider(label, value, change, back):
    """A slider for a correlation from 0 to 1 below its words; back : undoes a change, None where there is none."""
    with solara.Div(classes=["mitigation__slider"]):
        solara.Text(label, classes=["card__title"])
        solara.SliderFloat(
            "",
            value=float(min(value, HIGHEST)),
            min=0.0,
            max=HIGHEST,
            step=STEP,
            thumb_label=False,
            on_value=lambda new: abs(new - value) < STEP / 2 or change(round(new, 2)),
        )
        if back:
            solara.Button("As in the run", on_click=back, outlined=True, small=True)
