"""The end of a run: a line that says so, and what one may do next."""

import solara

from model.views.parts import Div, Text
from model.views.presentation import word, words
from model.views.single_run import is_over


def show_end(desk):
    """Show that the run is over, and offer another seed, the same again, the next run, and a comparison."""
    if desk.run.playing or not is_over(desk.run.model):
        return
    cycle, firms = desk.run.model.params.cycle, word(desk.kind, "firms")
    with Div(classes=["over"]):
        Text(f"The run is over after {cycle:,} {words(desk.kind, 'period')}.", classes=["over__text"])
        for label, act in (
            ("Another seed", lambda: another_seed(desk)),
            ("The same again", desk.restart),
            (f"Next run: same {firms}, new shocks", desk.run.play),
            ("Compare with another policy", lambda: desk.tab.set("Compare")),
        ):
            solara.Button(label, on_click=act, small=True, outlined=True)


def another_seed(desk):
    """Begin anew with a seed drawn, and play."""
    desk.new_seed()
    desk.restart()
    desk.run.play()
