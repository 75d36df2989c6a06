"""Import this before all else where a ``model.py`` or ``agents.py`` of one's own stands in the folder.

Our packages are then found first, and files of one's own with their names are not. The ``carbon`` command does it.
"""

import sys

from batch_runs.own_names import NAMES, ROOT, TAKEN, file_in_the_way


def find_ours_first():
    """Put the folder of our packages first; ImportError if another module has the name of one of them already."""
    for name in NAMES:
        there = file_in_the_way(name)
        if there:
            raise ImportError(
                f"{there} has been imported and {TAKEN}: start Python again, "
                "with import batch_runs.first as the first line, or rename the file"
            )
    sys.path.insert(0, ROOT)


find_ours_first()
