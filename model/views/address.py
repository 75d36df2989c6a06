"""The browser's address, which follows the run that a page shows."""

import solara


@solara.component
def Address(desk, path):
    """Keep the address that of a link to the run; ``path`` : of the page, without a slash in front."""
    desk.tick.value, desk.draft.value, desk.rival.value, desk.scenario.value  # noqa: B018 - read to be drawn again
    _Address(path=f"/{path}", query=desk.link(), drawn=desk.tick.value)


@solara.component_vue("address.vue", vuetify=False)
def _Address(path: str, query: str, drawn: int):
    pass
