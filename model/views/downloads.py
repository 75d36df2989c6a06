"""CSV files to download; comment lines above the table state what reproduces the numbers."""

import io
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import pandas as pd

from model.views.spreadsheets import harmless

PACKAGES = ("carbon-market-abm", "mesa", "numpy", "numba", "solara", "altair")


@cache
def versions():
    """Versions by name of the packages that computed and drew the numbers."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def metrics_csv(model, label=""):
    """Every metric of every period collected; `pandas.read_csv(file, comment="#")` reads it again."""
    table = model.datacollector.get_model_vars_dataframe()
    return with_heading(table.rename_axis("period"), model, label)


def firms_csv(model, label=""):
    """Every column of every firm in every period collected, firms counted from 1."""
    if model.datacollector.periods:
        table = model.datacollector.get_agent_vars_dataframe()
        table.index.names = ["period", "firm"]
    else:
        table = pd.DataFrame(columns=["period", "firm"]).set_index(["period", "firm"])
    return with_heading(table, model, label)


def with_heading(table, model, label=""):
    """The table as CSV below its heading."""
    text = io.StringIO()
    for line in heading(model, label):
        text.write(f"# {' '.join(line.splitlines())}\n")
    table.to_csv(text)
    return text.getvalue()


def heading(model, label=""):
    """Lines that identify the run: system, seed, parameters, changes made while it ran, versions."""
    if label:
        yield f"model: {label}"
    yield f"seed: {model.seed}"
    yield f"periods played: {model.steps}; collected every: {interval(model)}"
    for event in model.events:
        yield f"changed after period {event['step']}: {event['name']} {event['before']} -> {event['after']}"
    yield from shared_lines(model, model.params.flat())


def interval(model):
    """Periods between two collected; after a long run, between the older ones."""
    return max(model.collect_every, model.datacollector.spacing)


def shared_lines(system, parameters):
    """Lines that name the system, its parameters (flat name -> value), and the versions used.

    A file is given by its name only, because its folder belongs to this session; somebody else may have named it.
    """
    knobs = system.Params.all_knobs()
    yield f"system: {system.name}"
    for name, value in parameters.items():
        yield f"parameter: {name} = {harmless(Path(value).name) if knobs[name].file else value}"
    for name, version in versions().items():
        yield f"version: {name} {version}"
