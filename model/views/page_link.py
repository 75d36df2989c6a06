"""Links from one page of the dashboard to another."""

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
