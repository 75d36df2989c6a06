"""Links from one page of the dashboard to another."""

from collections.abc import Callable

import solara


@solara.component
def PageLink(path, children=[], classes=[], attributes={}):  # noqa: B006 - Solara's way to take children
    """A link to the page at ``path``, such as ``/grid``, that also leads there from a new tab, below a root path.

    attributes : more attributes of its element, by name.
    """
    router = solara.use_router()
    link = solara.v.Html(
        tag="a",
        children=children,
        class_=" ".join(classes),
        attributes={"href": f"{router.root_path}{path}", **attributes},
    )
    solara.v.use_event(link, "click.prevent.stop", lambda *_: router.push(path))
    return link


@solara.component
def Navigation(pages):
    """Links to all pages, in one widget. pages : path, label, and whether it is the page shown, of each."""
    router = solara.use_router()
    links = [
        {"path": path, "href": f"{router.root_path}{path}", "label": label, "here": here}
        for path, label, here in pages
    ]
    known = {path for path, *_ in pages}
    _Navigation(links=links, event_go=lambda path: router.push(path) if path in known else None)


@solara.component_vue("navigation.vue", vuetify=False)
def _Navigation(links: list, event_go: Callable = None):
    pass
