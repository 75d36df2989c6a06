"""The page of a comparison: one HTML file without scripts, to be read from top to bottom, mailed and printed."""

import re
from html import escape

from batch_runs.comparison.charts import draw
from batch_runs.comparison.numbers import in_words, is_clear, with_interval
from batch_runs.comparison.policies import differences, explain, other_firms
from batch_runs.work.provenance import versions

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2733; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid #d8dee4; vertical-align: top; }
span.interval { white-space: nowrap; font-size: .88rem; } .clear { font-weight: 650; }
.unsure, .about { color: #667380; }
.about { font-size: .88rem; } .warning { background: #fff3cd; padding: .6rem .9rem; border-radius: 4px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(27rem, 1fr)); gap: 1rem; }
.charts svg { width: 100%; height: auto; } .scroll { overflow-x: auto; }
summary h2 { display: inline; }
@media print { .charts, tr { break-inside: avoid; } details { display: block; } }
"""


def page(comparison, command=""):
    """The page as HTML; command : as typed, to repeat it."""
    names = [policy.name for policy in comparison.policies]
    title = "Comparison of " + ", ".join(names[:-1]) + f" and {names[-1]}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        *_findings(comparison),
        *_policies(comparison),
        "<h2>In numbers</h2>",
        _table(comparison, comparison.headlines),
        "<h2>Over time</h2>",
        *_charts(comparison),
        _everything(comparison),
        *_method(comparison, command),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>{body}</body></html>\n'


def _findings(comparison):
    """Yield for each policy but the first a paragraph on what differs clearly and what does not."""
    first = comparison.policies[0].name
    for k, policy in enumerate(comparison.policies[1:], 1):
        clear, unsure = [], []
        for question, metric in comparison.headlines.items():
            difference = comparison.difference(metric, k)
            if is_clear(difference):
                clear.append(in_words(question, metric, comparison.level(metric, 0), difference))
            else:
                unsure.append(question.lower())
        said = "; ".join(clear) or "nothing differs clearly"
        rest = (
            f" <span class=unsure>No clear difference: {', '.join(unsure)}.</span>"
            if clear and unsure
            else ""
        )
        yield f"<p><strong>{escape(policy.name)}</strong> instead of {escape(first)}: {said}.{rest}</p>"


def _policies(comparison):
    """Table of the parameters in which the policies differ, and a warning if these say who the firms are."""
    policies = comparison.policies
    rows = [
        [
            escape(name),
            *(escape(_value(value)) for value in values),
            f"<span class=about>{escape(explain(policies, name))}</span>",
        ]
        for name, values in differences(policies).items()
    ]
    yield "<h2>The policies</h2>"
    yield _rows(["Parameter", *(policy.name for policy in policies), ""], rows)
    words = [policy.params.in_words() for policy in policies]
    if titles := dict.fromkeys(title for each in words for title in each):
        lines = [[title.capitalize(), *(each.get(title, "none") for each in words)] for title in titles]
        yield _rows(
            ["In words", *(policy.name for policy in policies)], [map(escape, line) for line in lines]
        )
    if changed := other_firms(policies):
        yield (
            f"<p class=warning>The policies also differ in {escape(', '.join(changed))}: "
            "they do not meet the same firms.</p>"
        )


def _value(value):
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(comparison, metrics):
    """Levels under every policy and differences from the first; metrics : by the question they answer."""
    policies, first = comparison.policies, comparison.policies[0].name
    heads = ["", *(p.name for p in policies), *(f"{p.name} less {first}" for p in policies[1:])]
    rows = [
        [_named(question, metric)]
        + [_level(comparison.level(metric, k)) for k in range(len(policies))]
        + [_difference(comparison.difference(metric, k)) for k in range(1, len(policies))]
        for question, metric in metrics.items()
    ]
    return _rows(heads, rows)


def _named(question, metric):
    unit = f", {metric.unit}" if metric.unit else ""
    help = re.sub(r" *\[[^]]*\]", "", metric.help)  # without sources
    return f"{escape(question + unit)}<br><span class=about>{escape(help)}</span>"


def _level(estimate):
    return _cell(estimate) if estimate is not None else "–"


def _difference(difference):
    if difference is None:
        return "–"
    kind = "clear" if is_clear(difference) else "unsure"
    return f"<span class={kind}>{_cell(difference, sign=True)}</span>"


def _cell(estimate, sign=False):
    """An estimate with its interval below it."""
    value, bracket, interval = with_interval(estimate, sign).partition(" [")
    return value + (f"<br><span class=interval>[{interval}</span>" if bracket else "")


def _rows(heads, rows):
    """HTML of a table; cells are HTML, heads plain text."""
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class=scroll><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _charts(comparison):
    """Courses of the headline metrics beside their differences from the first policy."""
    yield "<div class=charts>"
    for question, metric in comparison.headlines.items():
        yield draw(comparison, question, metric)
        yield draw(comparison, question, metric, less_first=True)
    yield "</div>"


def _everything(comparison):
    """All metrics of the system in a table that is folded."""
    shown = {metric.name for metric in comparison.headlines.values()}
    others = {m.name: m for m in comparison.metrics if m.name not in shown and comparison.has(m)}
    summary = "<summary><h2>All other numbers</h2></summary>"
    return f"<details>{summary}{_table(comparison, others)}</details>"


def _method(comparison, command):
    """Return the paragraph on how the numbers were computed."""
    seeds, (each, account) = comparison.seeds, comparison.accounts
    word = comparison.policies[0].params.period_name
    every = f"all {comparison.periods:,} {word}s"
    over = (
        every
        if comparison.window == comparison.periods
        else f"the last {comparison.window:,} of {comparison.periods:,} {word}s"
    )
    amounts = "" if each == 1 else f", of amounts in t and € their sum in a {account}"
    yield "<h2>How to read this</h2>"
    yield (
        f"<p>Every policy was played {len(seeds)} times (seeds {seeds[0]} to {seeds[-1]}), each time with the same "
        f"firms and random numbers as the others. Numbers in tables are means over {over}{amounts}; brackets are "
        "95 % intervals over seeds. Differences are taken seed by seed, so chance that all policies share cancels. "
        "They are in bold type where the interval leaves out zero. One in twenty such intervals does so by chance "
        "alone. A model is not a forecast: the numbers say how these policies differ among these firms.</p>"
    )
    software = ", ".join(f"{name} {version}" for name, version in versions().items())
    yield f"<p class=about>{escape(command)}<br>{escape(software)}</p>"
