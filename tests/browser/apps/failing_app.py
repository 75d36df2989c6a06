"""The dashboard with one more system: a model that raises in its fourth period."""

import solara

from model.systems.learning_bidders import LearningBidders
from model.views.frame import Frame
from model.views.kept_desks import KeptDesks
from model.views.page import SystemPage


class Breaking(LearningBidders, name="breaking"):
    """Fails in its fourth period."""

    def is_compiled(self):
        return False

    def run_period(self, chance):
        if self.steps == 4:
            raise ZeroDivisionError("the kiln is cold")
        super().run_period(chance)


DESKS = KeptDesks()


@solara.component
def Page():
    SystemPage("breaking", DESKS)


routes = [solara.Route("/", component=Page, label="Breaking", layout=Frame)]
