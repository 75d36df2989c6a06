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
from model.views.parts import Div, Text

VOCABULARY = Path(model.__file__).with_name("VOCABULARY.md")

SHORTEST = 3
"""Shorter terms, such as letters, are not marked: they would be found in other words."""

SILENT = """
    advance auction behaviour borrowed cancelled closing coverage debt estimate exchange expired floor held lab lot
    mixture need order package profit project reserve run schedule settled tonne trade validity worth
"""
"""Everyday words among the terms, which would be marked everywhere."""


NAMES = r"\s*\(`[^)]*\)"
"""Names in the code, in parentheses in a meaning, which mean nothing on the page."""

FIRST = (
    "emissions trading",
    "permit",
    "tonne",
    "cap",
    "auction",
    "bid price",
    "clearing price",
    "reserve price",
    "secondary market",
    "bank",
    "abatement",
    "penalty",
)
"""Terms to begin with, in this order."""


@cache
def glossary():
    """Meaning of each term, by the term in small letters."""
    found = {}
    for line in VOCABULARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 3 or cells[0] in ("term", "---"):
            continue
        terms, unit = re.sub(r"\(.*?\)", "", cells[0]), "" if cells[1] == "share" else cells[1]
        meaning = re.sub(NAMES, "", cells[-1])
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
    """Page of the terms with their meanings: those to begin with, then all; or those in which a text is found."""
    sought, set_sought = solara.use_state("")
    solara.Title("Terms · carbon-market-abm")
    with Div(classes=["home"]):
        solara.v.Html(tag="h1", children=["Terms"])
        Text("Where a term stands with dots below it, a click shows its meaning.", classes=["lead"])
        solara.InputText("find", value=sought, on_value=set_sought, continuous_update=True)
        if sought.strip():
            found = terms_with(sought)
            _Meanings(f"With “{sought.strip()}”" if found else f"No term with “{sought.strip()}”", found)
        else:
            _Meanings("To begin with", FIRST)
            _Meanings("All", sorted(glossary()))


@solara.component
def _Meanings(title, terms):
    """Terms with their meanings, under a title."""
    solara.v.Html(tag="h2", children=[title])
    with solara.v.Html(tag="dl", class_="terms"):
        for term in terms:
            solara.v.Html(tag="dt", children=[term])
            solara.v.Html(tag="dd", children=[sources_last(glossary()[term])])


def terms_with(text):
    """Terms in which a text is found, first in themselves, then in their meanings.

    >>> terms_with(" Allowance ")
    ['permit']
    """
    text = text.strip().lower()
    named = [term for term in sorted(glossary()) if text in term]
    return named + [
        term for term in sorted(glossary()) if text in glossary()[term].lower() and term not in named
    ]


def Explained(text, *classes):
    """Show a text with its terms marked: a Solara element."""
    return _Explained(html=explained(text), kind=" ".join(classes))


@solara.component_vue("explained.vue", vuetify=False)
def _Explained(html: str, kind: str):
    pass


@solara.component_vue("tips.vue", vuetify=False)
def Tips():
    """Explanations of everything on the page that has the attribute ``data-help``; once per page."""
