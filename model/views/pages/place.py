"""A slider to look back in an episode or an auction."""

from collections.abc import Callable

import solara


@solara.component_vue("episode_slider.vue", vuetify=False)
def PlaceSlider(
    value: int,
    last: int,
    first: int = 0,
    part: str = "step",
    whole: str = "episode",
    event_moved: Callable = None,
):
    """A slider from ``first`` to ``last`` with single steps and playing back; part, whole : words for tooltips."""
