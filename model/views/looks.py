"""Parts that every page has once: the menu of its charts, and the switch between light and dark."""

import solara


@solara.component_vue("chart_menu.vue", vuetify=False)
def ChartMenu():
    """Menu of the charts on the page; opened by the button of each (``live/live_chart.vue``)."""


@solara.component_vue("dark_switch.vue", vuetify=False)
def DarkSwitch():
    """Button for the dark look."""
