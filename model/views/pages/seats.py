"""The tab "Play a firm" on the page of every system with a seat."""

import copy

from model.seats import SEATS, take_seat
from model.views.pages.base import tab
from model.views.play_tab import Play


def compile_seat(model):
    """Compile what a seat needs beyond the rules of a run, on a copy."""
    take_seat(copy.deepcopy(model)).warm()


for name in SEATS:
    tab(title="Play a firm", system=name, warm=compile_seat)(Play)
