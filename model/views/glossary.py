"""Terms explained on the page, from `model/VOCABULARY.md`, and texts in which they are marked.

The first place of a term in a text is marked; mouse, focus and tap show its meaning (`tips.vue`).
"""

import re
from functools import cache
from html import escape
from pathlib import Path

import solara

import model
from model.views.labels import sources_last

VOCABULARY = Path(model.__file__).with_name("VOCABULARY.md")

SHORTEST = 3
"""Shorter terms, such as letters, are not marked: they would be found in other words."""

SILENT = """
    advance behaviour borrowed cancelled closing convex coverage debt decreasing estimate exchange expired flat floor
    held lab lot mixture need order package profit project reserve run settled size trade validity worth
"""
"""Everyday words among the terms, which would be marked everywhere."""


@cache
def glossary():
    """Meaning of each term, by the term in small letters."""
    found = {}
    for line in VOCABULARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 3 or cells[0] in ("term", "---"):
            continue
        terms, unit, meaning = re.sub(r"\(.*?\)", "", cells[0]), cells[1], cells[-1].replace("`", "")
        for term in re.split(r"[,;]", terms.replace("`", "").replace("_", " ")):
            found.setdefault(term.strip().lower(), meaning + (f" ({unit})" if unit else ""))
    return {term: text for term, text in found.items() if len(term) >= SHORTEST}


@cache
def _pattern():
    terms = sorted((term for term in glossary() if term not in SILENT.split()), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, terms)) + r")(s|es)?\b", re.I)


@cache
def explained(text):
    """HTML of a text in which the first place of each term of the glossary is marked, with its meaning.

    >>> explained("no such <thing>")
    'no such &lt;thing&gt;'
    """
    seen, parts, at = set(), [], 0
    for match in _pattern().finditer(text):
        term = match[1].lower()
        parts.append(escape(text[at : match.start()]))
        parts.append(escape(match[0]) if term in seen else marked(match[0], glossary()[term]))
        seen.add(term)
        at = match.end()
    return "".join(parts) + escape(text[at:])


def marked(word, meaning):
    """HTML of a word with its meaning."""
    help = escape(f"{word[:1].upper()}{word[1:]}: {meaning}", quote=True)
    return f'<span class="term" role="button" tabindex="0" data-help="{help}">{escape(word)}</span>'


@solara.component
def Terms():
    """Page of all terms with their meanings, in the order of the alphabet."""
    solara.Title("Terms · carbon-market-abm")
    with solara.Div(classes=["home"]):
        solara.v.Html(tag="h1", children=["Terms"])
        solara.Text("Where a term stands with dots below it, a click shows its meaning.", classes=["lead"])
        with solara.v.Html(tag="dl", class_="terms"):
            for term, meaning in sorted(glossary().items()):
                solara.v.Html(tag="dt", children=[term])
                solara.v.Html(tag="dd", children=[sources_last(meaning)])


def Explained(text, *classes):
    """Show a text with its terms marked: a Solara element."""
    return solara.HTML(tag="div", unsafe_innerHTML=explained(text), classes=list(classes))


@solara.component_vue("tips.vue", vuetify=False)
def Tips():
    """Explanations of everything on the page that has the attribute ``data-help``; once per page."""
