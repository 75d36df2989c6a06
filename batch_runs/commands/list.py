"""List everything that can be chosen, or the sections named.

carbon list
carbon list knobs --system learning_bidders --markdown
carbon list learners --plugin my_learner.py

Sections: systems, scenarios, lessons, auctions, behaviours, curves, firms, policies, learners, metrics, sweeps,
replications, knobs, trainings.
"""

from batch_runs.usage import add_plugins

SUMMARY = "show systems, scenarios, learners, formats, policies and every parameter"
NAMES = (
    "systems",
    "scenarios",
    "lessons",
    "firms",
    "auctions",
    "behaviours",
    "regulators",
    "curves",
    "policies",
    "learners",
    "metrics",
    "sweeps",
    "replications",
    "knobs",
    "trainings",
)


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"what to show: {', '.join(NAMES)} (all)"
    )
    parser.add_argument("--system", metavar="NAME", help="only what belongs to this system")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object, sections by name")
    form.add_argument("--markdown", action="store_true", help="print Markdown tables")
    add_plugins(parser)


def run(options):
    """Look up the sections, then print them."""
    from batch_runs.tables import as_json

    found = look_up(options.sections, options.system, options.plugin)
    if options.json:
        print(as_json(found))
        return
    for name, rows in found.items():
        print(section(name, rows, options.markdown), end="\n\n")


def look_up(names, system, plugins=()):
    """Return the rows by section; UsageError for an unknown section or system."""
    from batch_runs.known import catalogue, check_names
    from batch_runs.work.plugins import load_plugins

    known = catalogue(load_plugins(plugins))
    check_names("section", names, known["lists"])
    check_names("system", [system] if system else [], known["systems"])
    return {name: known["lists"][name][system or ""] for name in names or known["lists"]}


def section(name, rows, markdown):
    """Format one section as text; knobs get a table per system."""
    from batch_runs.tables import text_table

    if name != "knobs":
        return f"{_heading(name, markdown)}\n{text_table(rows, markdown)}"
    tables = []
    for system in dict.fromkeys(row["system"] for row in rows):
        own = [{k: v for k, v in row.items() if k != "system"} for row in rows if row["system"] == system]
        tables.append(f"{_heading(f'knobs of {system}', markdown)}\n{text_table(own, markdown)}")
    return "\n\n".join(tables)


def _heading(text, markdown):
    return f"## {text.capitalize()}\n" if markdown else text.upper()
