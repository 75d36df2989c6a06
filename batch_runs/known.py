"""The catalogue as a run last found it, kept in the user's cache, so that lists and refusals need no model.

It belongs to the sources as they are on disk: after an edit, or a new file, the registries are asked again. Commands
with plug-ins always ask them. A refusal uses the same `Knob.check` as a run; words that pass are checked again by the
run itself, with the rules about several parameters at once.
"""

import hashlib
import json
import os
import platform
import sys
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from batch_runs.lazy import import_alone
from batch_runs.tables import as_json, written_whole
from batch_runs.usage import UsageError

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("learning", "agents", "model", "batch_runs")
CHECKED = ("default", "low", "high", "unit", "choices", "mixed", "complement")
"""Fields of a knob that decide whether a value is refused."""


def catalogue(plugins=(), keep=False):
    """Return the catalogue, in the form of `take_stock`: from the cache, unless sources changed or parts were added.

    keep : whether to keep it in the cache if it is not there; those who only look write nothing.
    """
    if plugins or is_loaded():
        return json.loads(as_json(take_stock()))
    path, sources = kept_in(), stamp()
    with suppress(OSError, ValueError, KeyError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sources"] == sources:
            return kept
    text = as_json(take_stock() | {"sources": sources})
    if keep:
        _keep(text, path)
    return json.loads(text)


def _keep(text, path):
    with suppress(OSError):  # a cache that cannot be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as scratch:
            scratch.write_text(text, encoding="utf-8")


def kept_in():
    """File of the catalogue: each copy of the sources and each Python has its own, so that they do not alternate."""
    copy = hashlib.sha256(f"{ROOT} {platform.python_version()}".encode()).hexdigest()[:16]
    return user_cache_path("carbon-market-abm") / "catalogues" / f"{copy}.json"


def is_loaded():
    """Whether the registries are filled already: then they cost nothing, and may hold more than the sources."""
    return "model.base" in sys.modules


def refuse_early(names, assigned, extra=()):
    """Raise UsageError for an unknown name, parameter or choice and a value outside its limits, before any model loads.

    names : words without "=", the first a system, scenario, TOML file or one of the kinds ``extra`` of `take_stock`;
    assigned : values by parameter. Does nothing if the registries are filled, because the command itself checks.
    """
    if is_loaded() or not names or names[0].endswith(".toml"):
        return
    known = catalogue(keep=True)
    if is_loaded():  # no catalogue was kept
        return
    systems = {name: name for name in known["systems"]} | known["presets"]
    for kind in extra:
        systems |= known[kind]
    check_names("system or scenario", names[:1], systems)
    declared = known["systems"][systems[names[0]]]
    check_values(assigned, declared)


def check_names(kind, names, known):
    """Raise UsageError for the first of the names that is not known; it offers the nearest one that is."""
    (registry,) = import_alone("learning.registry")
    for name in names:
        if name not in known:
            raise UsageError(str(registry.unknown(kind, name, known)))


def check_values(values, declared):
    """Raise UsageError for the first name that is no knob's, and the first value that its knob refuses.

    declared : fields of the knobs, by name; None for one that names a file, which is not checked here.
    """
    knobs, names = import_alone("learning.knobs", "learning.knob_names")
    known = {name: knobs.Knob(**fields) for name, fields in declared.items() if fields}
    try:
        values = names.own_names(values, known)
        check_names("parameter", values, declared)
        for name in values.keys() & known.keys():
            known[name].check(name, values[name])
    except knobs.ParameterError as error:
        raise UsageError(str(error)) from None


def stamp():
    """Digest of the names, sizes and times of all sources and presets, and of Python's version."""
    digest = hashlib.sha256(platform.python_version().encode())
    for folder in FOLDERS:
        for place, _, names in sorted(os.walk(ROOT / folder)):
            for name in sorted(names):
                if name.endswith((".py", ".toml")):
                    about = os.stat(os.path.join(place, name))
                    digest.update(f"{place}/{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def take_stock():
    """Collect from the registries everything that a list shows or a refusal needs.

    Returns ``lists``: rows by section and system ("": all); ``systems``: by name, the fields of every knob that decide
    on its values, None for one that names a file; ``presets`` and ``sweeps``: the system of each scenario and named
    sweep.
    """
    from batch_runs.catalogue import sections
    from batch_runs.experiments import experiments
    from model.base import SYSTEMS
    from model.scenarios import scenarios

    return {
        "lists": {
            name: {system or "": rows(system) for system in (None, *SYSTEMS)}
            for name, rows in sections().items()
        },
        "systems": {name: _declared(kind.Params.all_knobs()) for name, kind in SYSTEMS.items()},
        "presets": {name: preset.system for name, preset in scenarios().items()},
        "sweeps": {name: sweep.target.system for name, sweep in experiments().items()},
    }


def _declared(knobs):
    return {name: None if each.file else _checked_fields(each) for name, each in knobs.items()}


def _checked_fields(knob):
    found = {name: getattr(knob, name) for name in CHECKED}
    return found | {"choices": None if knob.choices is None else list(knob.choices)}
