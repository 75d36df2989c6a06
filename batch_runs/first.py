"""Import this before all else where a ``model.py`` or ``agents.py`` of one's own stands in the folder.

Our packages are then found first, and files of one's own with their names are not. The ``carbon`` command does it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("model", "agents", "learning", "batch_runs")


def find_ours_first():
    """Put the folder of our packages first; ImportError if another module has the name of one of them already."""
    for name in NAMES:
        there = getattr(sys.modules.get(name), "__file__", None)
        if there and not Path(there).resolve().is_relative_to(ROOT / name):
            raise ImportError(
                f"{there} has been imported and has the name of a package of carbon-market-abm: start Python again, "
                "with import batch_runs.first as the first line, or rename the file"
            )
    sys.path.insert(0, str(ROOT))


find_ours_first()
