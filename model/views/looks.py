"""Parts that every page has once: the way past the navigation, presses, the menu of charts, and the dark look."""

import solara


@solara.component_vue("chart_menu.vue", vuetify=False)
def ChartMenu():
    """Menu of the charts on the page; opened by the button of each (``live/live_chart.vue``)."""


@solara.component_vue("skip.vue", vuetify=False)
def Skip():
    """Button, seen when it has the focus, that leads the keyboard past the navigation."""


@solara.component_vue("press.vue", vuetify=False)
def SteadyPress():
    """Nothing to see: lets a press count where it began, though the page moves under the hand."""


@solara.component_vue("dark_switch.vue", vuetify=False)
def DarkSwitch():
    """Button for the dark look."""
