"""Reports of text, tables and Altair figures: a Markdown page, and one HTML page that needs no internet."""

import json
import math
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from batch_runs.replications.common.files import write_csv, write_text

VERDICT_MARKS = {"reproduced": "✔", "weak": "~", "not reproduced": "✘", "used to infer": "○"}

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 75rem; margin: auto; padding: 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.875rem; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid #e4e4e4; text-align: left; vertical-align: top; }
th { background: #f5f5f5; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.reproduced { background: #d9f0d3; } td.weak { background: #fff3c4; }
td.not-reproduced { background: #fde0dd; } td.used-to-infer { background: #e8e8e8; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(30rem, 1fr)); gap: 1rem; }
figure { margin: 0; overflow-x: auto; } figcaption { font-size: 0.875rem; color: #444; max-width: 34rem; }
label.choice { position: sticky; top: 0; display: block; background: #fff; padding: 0.5rem 0; z-index: 1; }
"""

SCRIPT = """
const charts = JSON.parse(document.getElementById("charts").textContent);
const options = { renderer: "svg", actions: { export: true, source: false, compiled: false, editor: false } };
const views = Object.entries(charts).map(([name, spec]) =>
  vegaEmbed(document.getElementById(name), spec, options).then((result) => result.view));
const choice = document.getElementById("choice");
if (choice) choice.addEventListener("change", () => views.forEach((promise) => promise.then((view) => {
  try { view.signal(choice.name, choice.value).runAsync(); } catch (_) { /* a chart without this choice */ }
})));
"""


@dataclass(frozen=True)
class Table:
    """Rows of text and numbers under a caption. Numbers are aligned; verdicts are coloured."""

    caption: str
    columns: tuple
    rows: list


@dataclass(frozen=True)
class Figure:
    """A chart with its data, which are written to ``data/<name>.csv``."""

    name: str
    title: str
    caption: str
    spec: dict
    """Vega-Lite, its data included."""
    data: pd.DataFrame


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs (str), tables and figures."""

    title: str
    parts: list = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """A choice that a reader makes for all figures: a Vega parameter, its label, and value -> label."""

    name: str
    label: str
    values: dict


def write_report(folder, title, sections, choice=None):
    """Write ``report.md``, ``report.html``, ``figures/*.svg`` and ``data/*.csv`` into ``folder``."""
    import vl_convert

    for figure in figures_of(sections):
        write_csv(folder / "data" / f"{figure.name}.csv", figure.data)
        write_text(folder / "figures" / f"{figure.name}.svg", vl_convert.vegalite_to_svg(figure.spec))
    write_text(folder / "report.md", markdown(title, sections))
    write_text(folder / "report.html", html(title, sections, choice))


def figures_of(sections):
    """Return every figure, in order."""
    return [part for section in sections for part in section.parts if isinstance(part, Figure)]


def text_of(cell):
    """Format a cell: numbers to 3 significant digits, verdicts with a mark."""
    if isinstance(cell, float):
        return short(cell)
    return f"{VERDICT_MARKS[cell]} {cell}" if cell in VERDICT_MARKS else str(cell)


def short(number):
    """Format a number to 3 significant digits, without an exponent where that is readable; – if it is not finite.

    >>> short(-1014.2), short(0.12345), short(float("nan"))
    ('-1,014', '0.123', '–')
    """
    if not math.isfinite(number):
        return "–"
    return f"{number:,.0f}" if 1000 <= abs(number) < 1e9 else f"{number:.3g}"


# -- Markdown ------------------------------------------------------------------------------------------------


def markdown(title, sections):
    """Format the report as Markdown, with its figures as links to ``figures/``."""
    lines = [f"# {title}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for part in section.parts:
            lines += [_markdown_part(part), ""]
    return "\n".join(lines)


def _markdown_part(part):
    if isinstance(part, Table):
        return _markdown_table(part)
    if isinstance(part, Figure):
        data = f"[data](data/{part.name}.csv)"
        return f"**{part.title}**\n\n![{part.title}](figures/{part.name}.svg)\n\n{part.caption} ({data})"
    return part


def _markdown_table(table):
    def line(cells):
        return "| " + " | ".join(text_of(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    rule = "|" + " --- |" * len(table.columns)
    return "\n".join([f"*{table.caption}*", "", line(table.columns), rule, *map(line, table.rows)])


# -- HTML ----------------------------------------------------------------------------------------------------


def html(title, sections, choice=None):
    """Format the report as one HTML page that contains styles, scripts, charts and their data."""
    import vl_convert

    specs = json.dumps({f.name: f.spec for f in figures_of(sections)}).replace("<", "\\u003c")
    body = "\n".join([_html_choice(choice) if choice else "", *map(_html_section, sections)])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n"
        f'<script type="application/json" id="charts">{specs}</script>\n'
        f'<script type="module">{vl_convert.javascript_bundle()}\n{SCRIPT}</script>\n</body>\n</html>\n'
    )


def _html_section(section):
    parts = [f"<h2>{escape(section.title)}</h2>"]
    parts += [_html_part(part) for part in section.parts if not isinstance(part, Figure)]
    figures = [_html_figure(part) for part in section.parts if isinstance(part, Figure)]
    if figures:
        parts.append('<div class="figures">' + "\n".join(figures) + "</div>")
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _html_part(part):
    return _html_table(part) if isinstance(part, Table) else f"<p>{escape(part)}</p>"


def _html_choice(choice):
    options = "".join(
        f'<option value="{escape(v)}">{escape(label)}</option>' for v, label in choice.values.items()
    )
    name = escape(choice.name)
    select = f'<select id="choice" name="{name}">{options}</select>'
    return f'<label class="choice">{escape(choice.label)} {select}</label>'


def _html_figure(figure):
    return (
        f'<figure><h3>{escape(figure.title)}</h3><div id="{escape(figure.name)}"></div>'
        f"<figcaption>{escape(figure.caption)}</figcaption></figure>"
    )


def _html_table(table):
    head = "".join(f"<th>{escape(text_of(c))}</th>" for c in table.columns)
    body = "\n".join("<tr>" + "".join(map(_html_cell, row)) + "</tr>" for row in table.rows)
    return (
        f'<div class="scroll"><table><caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _html_cell(cell):
    style = (
        cell.replace(" ", "-") if cell in VERDICT_MARKS else "number" if isinstance(cell, int | float) else ""
    )
    return (
        f'<td class="{style}">{escape(text_of(cell))}</td>' if style else f"<td>{escape(text_of(cell))}</td>"
    )
