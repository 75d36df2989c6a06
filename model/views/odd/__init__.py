"""ODD protocols: descriptions of the systems in the form that journals ask of agent-based models [Grimm2020].

What the program knows is taken from it: state variables, the order of a period, metrics, parameters. What it cannot
know stands in one Markdown file per system in this folder, by element.
"""

import ast
import inspect
import textwrap
from pathlib import Path

from model.base import SYSTEMS
from model.metrics import METRICS
from model.views.downloads import versions
from model.views.information import sections, split

FOLDER = Path(__file__).parent
OVERVIEW = (
    "Purpose and patterns",
    "Entities, state variables, and scales",
    "Process overview and scheduling",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
)
DETAILS = ("Initialization", "Input data")
PROGRAM = ("carbon-market-abm", "python", "mesa", "numpy", "numba")
"""Packages whose versions decide the numbers of a run."""
OURS = ("agents", "model")
"""Packages whose functions are steps of a period."""
CHECKED = (
    "How these are implemented and tested: `model/EQUATIONS.md` names the function and the test of every equation, and "
    "tests show that the compiled rules give the numbers of the same rules in plain Python, bit by bit."
)
WRITTEN = (*OVERVIEW, *CONCEPTS, *DETAILS)
"""Elements that a system's file describes; the others, and the tables, follow from the program."""


def protocol(system):
    """Return the ODD protocol of the named system as Markdown; all its elements in the order of [Grimm2020]."""
    kind, text = SYSTEMS[system], written(system)
    model = kind(rng=1)
    parts = [
        f"# ODD protocol of {system}",
        f"{inspect.getdoc(kind).splitlines()[0]}\n\n{describe_origin()}",
        f"## 1. {OVERVIEW[0]}\n\n{text[OVERVIEW[0]]}",
        f"## 2. {OVERVIEW[1]}\n\n{text[OVERVIEW[1]]}\n\n{describe_scales(model)}\n\n{describe_states(model)}",
        f"## 3. {OVERVIEW[2]}\n\n{text[OVERVIEW[2]]}\n\n{describe_schedule(kind)}",
        "## 4. Design concepts",
        *(f"**{concept}.** {text[concept]}" for concept in CONCEPTS),
        f"**Observation.** {describe_observation(model)}\n\n{describe_metrics(model)}",
        f"## 5. {DETAILS[0]}\n\n{text[DETAILS[0]]} Parameters and their defaults:\n\n{describe_knobs(kind)}",
        f"## 6. {DETAILS[1]}\n\n{text[DETAILS[1]]}",
        f"## 7. Submodels\n\n{describe_submodels(system)}\n\n{CHECKED}",
    ]
    return "\n\n".join(parts) + "\n"


def describe_origin():
    """Describe which protocol is followed, and which program is described."""
    known = ", ".join(f"{name} {number}" for name, number in versions().items() if name in PROGRAM)
    return (
        "The description follows the ODD (Overview, Design concepts, Details) protocol for individual- and agent-based "
        "models (Grimm et al. 2006, as updated by Grimm et al. 2020). State variables, the order of a period, metrics "
        f"and parameters are taken from the program: {known}. Names `like_this` are parameters, listed in element 5, "
        "or functions; all parameters are the same for the whole of a run unless its user changes them."
    )


def describe_scales(model):
    """Describe how long a run is, and what kind of numbers the state is made of."""
    name, periods = model.params.period_name, model.params.usual_periods
    return (
        f"A run has {periods:,} {name}s unless its user wants another number. State variables are real numbers; where "
        "the unit is 1 they are counts, positions counted from 0, or yes (1) and no (0)."
    )


def describe_observation(model):
    """Describe how the numbers of a run are collected."""
    name, window = model.params.period_name, model.params.usual_window
    measured = f"their means over its last {window:,} {name}s" if window > 1 else f"those of its last {name}"
    return (
        f"At the end of every {name}, or of each of `collect_every` of them, these numbers are recorded. A run is "
        f"summed up by {measured}, and several runs by the mean over seeds with its interval. Agents see none of "
        "these numbers unless Sensing says so:"
    )


def written(system):
    """Return the texts of a system's file by element; KeyError naming an element that is missing or unknown."""
    found = dict(split((FOLDER / f"{system}.md").read_text(encoding="utf-8")))
    wrong = set(WRITTEN) ^ set(found)
    if wrong:
        raise KeyError(f"{system}.md: element {min(wrong)!r} is missing, or not one of ODD")
    return found


def describe_states(model):
    """Describe the numbers that every agent of a model has, a table per kind."""
    kinds = {each.population.kind: len(each.population.members) for each in model.agents}
    tables = []
    for kind, count in kinds.items():
        rows = [(name, column.unit, column.help) for name, column in kind.column_declarations().items()]
        title = f"**{kind.__name__}** ({count} by default). {first_line(kind)}"
        tables.append(f"{title}\n\n{table(('variable', 'unit', 'meaning'), rows)}")
    return "\n\n".join(tables)


def describe_schedule(kind):
    """Describe the order of a period, from the steps that ``run_period`` calls and the first line of each."""
    steps = scheduled(kind, kind.run_period)
    return "\n".join(
        ["In each period, in this order:", "", *(f"1. `{name}`: {about}" for name, about in steps)]
    )


def scheduled(kind, method):
    """Names and first lines of the documented functions that a method calls, in the order of the calls.

    A method that only calls another one stands for that one.
    """
    calls = [node for node in ast.walk(_tree(method)) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    found = {}
    for call in calls:
        function = _called(kind, method, call.func)
        if function and inspect.getdoc(function) and function.__module__.split(".")[0] in OURS:
            found.setdefault(function.__name__, first_line(function).partition(";")[0].rstrip(".") + ".")
    if list(found) == [inner := next(iter(found), "")] and hasattr(kind, inner):
        return scheduled(kind, getattr(kind, inner))
    return list(found.items())


def _tree(method):
    return ast.parse(textwrap.dedent(inspect.getsource(method)))


def _called(kind, method, target):
    """Return the function that a call names: of the module, of a module it imports, or a method; None for others."""
    known = method.__globals__
    if isinstance(target, ast.Name):
        return known.get(target.id)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        owner = kind if target.value.id == "self" else known.get(target.value.id)
        return getattr(owner, target.attr, None) if inspect.ismodule(owner) or owner is kind else None
    return None


def describe_metrics(model):
    """Describe the metrics of a model as a table."""
    rows = [(name, METRICS[name].unit, METRICS[name].help) for name in model.metrics]
    return table(("metric", "unit", "meaning"), rows)


def describe_knobs(kind):
    """Describe the parameters of a system, those of its parts included, as a table."""
    rows = [
        (name, knob.default, knob.unit, _range(knob), knob.help, knob.source)
        for name, knob in kind.Params.all_knobs().items()
    ]
    return table(("parameter", "default", "unit", "range", "meaning", "source"), rows)


def _range(knob):
    if knob.choices is not None:
        return ", ".join(knob.choices)
    return "" if knob.low is None else f"{knob.low} … {knob.high}"


def describe_submodels(system):
    """Describe how a system works, with its equations, from its information page."""
    return dict(sections(system))["How it works"]


def first_line(part):
    """First line of the docstring of a part."""
    return inspect.getdoc(part).splitlines()[0]


def table(headings, rows):
    """Lay out rows as a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '∣') for cell in line)} |" for line in lines)
