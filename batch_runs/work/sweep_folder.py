"""The folder of a sweep: finished runs in parts, ``results.csv`` made of them, and ``manifest.json``.

    DIR/parts/CODE/000001-KEY.json  rows of a few runs, see `RowStore`
    DIR/results.csv, .parquet       one row per run of the plan
    DIR/summary.csv, sobol.csv      statistics, see `batch_runs.sweep_statistics`
    DIR/manifest.json               the plan, and the provenance of the numbers
    DIR/parts/CODE/K-of-N/          parts of a shard, which leaves the results to the sweep that gathers
    DIR/manifest-K-of-N.json        its manifest

The parts show which runs are done, so an interruption loses no finished run. They lie in a folder named by the digest
of the code: after an edit all runs are repeated, and when the edit is undone the old parts count again.
"""

import json
from pathlib import Path

from batch_runs.tables import check_writable, has_parquet, write_json, write_table
from batch_runs.usage import UsageError
from batch_runs.work.folder_lock import WHOLE, locked, refuse_if_locked
from batch_runs.work.store import RowStore

STATISTICS = "summary", "sobol"


class SweepFolder:
    """The folder of one sweep. The constructor checks that it fits the plan, and writes nothing."""

    def __init__(self, folder, plan, shard=None):
        self.folder = Path(folder)
        self.plan, self.shard = plan, shard
        self.parts = self.folder / "parts" / plan.code
        self.manifest = self.folder / (f"manifest-{shard}.json" if shard else "manifest.json")
        manifests = self._read_manifests()
        for found in manifests.values():
            check_continues(self.folder, found["plan"], plan.describe())
        self.earlier = manifests.get(self.manifest)
        self.codes = {found["plan"]["code"] for found in manifests.values()}
        refuse_if_locked(self.folder, self.lock)

    @property
    def lock(self):
        """Name of the lock that is held during the work."""
        return str(self.shard or WHOLE)

    def _read_manifests(self):
        """Read the manifests of a sweep and its shards by path; UsageError if the folder holds something else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder}: is a file, not a folder")
        found = {file: read_manifest(file) for file in self.folder.glob("manifest*.json")}
        results = [self.folder / f"results{ending}" for ending in (".csv", ".parquet")]
        if any(file.exists() for file in results) and self.folder / "manifest.json" not in found:
            raise UsageError(f"{self.folder}: holds results of something else; choose another folder")
        return found

    @property
    def code_changed(self):
        """Whether the folder's results were computed by other code."""
        return bool(self.codes) and self.plan.code not in self.codes

    def open(self):
        """Make the folder; UsageError if that is impossible."""
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be written: {error.strerror or error}") from None
        check_writable(self.manifest)

    def locked(self):
        """Context in which nobody else does these runs; UsageError if somebody is at work in the folder."""
        return locked(self.folder, self.lock)

    def store(self):
        """Return the `RowStore` of finished runs, also of other shards."""
        return RowStore(self.parts, str(self.shard or ""))

    def write_manifest(self, manifest):
        """Write the manifest, of the sweep or of its shard."""
        write_json(manifest, self.manifest)

    def write_results(self, table):
        """Write the results as CSV, and as Parquet if pyarrow is installed; a shard writes none."""
        if self.shard:
            return
        write_table(table, self.folder / "results.csv", index=False)
        if has_parquet():
            write_table(table, self.folder / "results.parquet", index=False)

    def write_statistics(self, tables):
        """Write the tables of statistics that there are, by name, and remove older ones; a shard writes none."""
        for name in () if self.shard else STATISTICS:
            if tables.get(name) is None:
                (self.folder / f"{name}.csv").unlink(missing_ok=True)
            else:
                write_table(tables[name], self.folder / f"{name}.csv", index=False)


def read_manifest(file):
    """Read the manifest of a sweep or shard; UsageError if it is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        found["plan"]["axes"].keys(), found["plan"]["code"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file}: not the manifest of a sweep; choose another folder") from None
    return found


def check_continues(folder, old, new):
    """Raise UsageError unless the plan ``new`` has every run of ``old``; both as returned by `Plan.describe`."""
    for name in ("system", "periods", "window", "design", "ranges"):
        if old.get(name, new[name]) != new[name]:
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
