"""The folder of a sweep: finished runs in parts, ``results.csv`` made of them, and ``manifest.json``.

    DIR/parts/CODE/000001-KEY.json  rows of a few runs, see `RowStore`
    DIR/results.csv, .parquet       one row per run of the plan
    DIR/manifest.json               the plan, and the provenance of the numbers

The parts show which runs are done, so an interruption loses no finished run. They lie in a folder named by the digest
of the code: after an edit all runs are repeated, and when the edit is undone the old parts count again.
"""

import json
from pathlib import Path

from batch_runs.tables import check_writable, has_parquet, write_json, write_table
from batch_runs.usage import UsageError
from batch_runs.work.store import RowStore


class SweepFolder:
    """The folder of one sweep. The constructor checks that it fits the plan, and writes nothing."""

    def __init__(self, folder, plan):
        self.folder = Path(folder)
        self.plan = plan
        self.parts = self.folder / "parts" / plan.code
        self.earlier = self._read_manifest()
        if self.earlier:
            check_continues(self.folder, self.earlier["plan"], plan.describe())

    def _read_manifest(self):
        """Read the manifest of the sweep in the folder, None if empty; UsageError if it holds something else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder}: is a file, not a folder")
        file = self.folder / "manifest.json"
        if file.exists():
            try:
                found = json.loads(file.read_text(encoding="utf-8"))
                return found if found["plan"]["axes"] is not None else None
            except (ValueError, KeyError, TypeError):
                raise UsageError(f"{file}: not the manifest of a sweep; choose another folder") from None
        if any((self.folder / f"results{ending}").exists() for ending in (".csv", ".parquet")):
            raise UsageError(f"{self.folder}: holds results of something else; choose another folder")
        return None

    @property
    def code_changed(self):
        """Whether the folder's results were computed by other code."""
        return bool(self.earlier) and self.earlier["plan"]["code"] != self.plan.code

    def open(self):
        """Make the folder; UsageError if that is impossible."""
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be written: {error.strerror or error}") from None
        check_writable(self.folder / "manifest.json")

    def store(self):
        """Return the `RowStore` of finished runs."""
        return RowStore(self.parts)

    def write_manifest(self, manifest):
        """Write ``manifest.json``."""
        write_json(manifest, self.folder / "manifest.json")

    def write_results(self, table):
        """Write the results as CSV, and as Parquet if pyarrow is installed."""
        write_table(table, self.folder / "results.csv", index=False)
        if has_parquet():
            write_table(table, self.folder / "results.parquet", index=False)


def check_continues(folder, old, new):
    """Raise UsageError unless the plan ``new`` has every run of ``old``; both as returned by `Plan.describe`."""
    for name in ("system", "periods", "window"):
        if old[name] != new[name]:
            raise _another(folder, name, old[name], new[name])
    for name in {**old["axes"], **new["axes"]}:
        before, now = _values(old, name), _values(new, name)
        if not set(before) <= set(now):
            raise _another(folder, name, _brief(before), _brief(now))
    for name in old["parameters"].keys() & new["parameters"].keys() - old["axes"].keys() - new["axes"].keys():
        if old["parameters"][name] != new["parameters"][name]:
            raise _another(folder, name, old["parameters"][name], new["parameters"][name])
    if not set(old["seeds"]) <= set(new["seeds"]):
        raise _another(folder, "seeds", _brief(old["seeds"]), _brief(new["seeds"]))


def _values(plan, name):
    return plan["axes"].get(name, [plan["parameters"].get(name)])


def _brief(values):
    values = list(values)
    return ", ".join(map(str, values if len(values) < 6 else [*values[:2], "…", values[-1]]))


def _another(folder, name, before, now):
    return UsageError(
        f"{folder}: holds another sweep, with {name} = {before} where now {name} = {now}; "
        "choose another folder, or extend the lists of values"
    )
