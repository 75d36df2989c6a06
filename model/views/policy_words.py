"""The policy of the run in words, for systems whose parameters have them; folded to its first parts."""

import solara

FIRST = 3
"""Parts shown when the table is folded."""


def show_policy(desk):
    """Show the first parts of the policy in a line that opens to a table of all, of both runs if there are two."""
    words = {label: model.params.in_words() for label, model in desk.run.models.items()}
    first = next(iter(words.values()))
    if not first:
        return
    shown = " · ".join(f"{title}: {text}" for title, text in list(first.items())[:FIRST])
    html = solara.v.Html
    heads = ("", *words) if len(words) > 1 else ()
    rows = [html(tag="tr", children=[html(tag="th", children=[each]) for each in heads])]
    for title in dict.fromkeys(title for known in words.values() for title in known):
        cells = [known.get(title, "none") for known in words.values()]
        kind = "policy__row policy__row--differs" if len(set(cells)) > 1 else "policy__row"
        named = html(tag="th", children=[title])
        rows.append(
            html(
                tag="tr", class_=kind, children=[named, *(html(tag="td", children=[cell]) for cell in cells)]
            )
        )
    summary = html(tag="summary", children=[f"Policy. {shown[:1].upper()}{shown[1:]} …"])
    table = html(tag="table", children=[html(tag="tbody", children=rows)])
    html(tag="details", class_="policy", children=[summary, table])
