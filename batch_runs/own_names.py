"""Name a file of the user's that hides a package of ours, where Python would say that `'model' is not a package`.

Our packages have short names, as the files of every example of Mesa have: a folder with a ``model.py`` hides ours
from notebooks and programs there. Where the project is installed, every Python begins with ``watch_names``
(carbon_market_abm.pth). The user's files are imported as ever; only a search in one of them for a module of ours
is refused, in one sentence. Not pathlib but os.path, which is there anyway, so that no Python starts later for it.
"""

import os.path
import sys
from importlib.machinery import PathFinder, SourceFileLoader

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
NAMES = ("model", "agents", "learning", "batch_runs")
TAKEN = "has the name of a package of carbon-market-abm"


class OwnFile(SourceFileLoader):
    """Loads a file of the user's as a package without modules, as Python asks finders for those of packages only."""

    def exec_module(self, module):
        """Run the file, with an empty ``__path__``."""
        module.__path__ = []
        super().exec_module(module)


class OwnNames:
    """Finder for ``sys.meta_path``, of modules whose name begins with that of one of our packages."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        """Spec as Python finds it; ImportError if a module of ours is looked for in what is not our package."""
        package, _, inside = fullname.partition(".")
        if package not in NAMES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if inside and spec is None and is_ours(fullname) and (file := file_in_the_way(package)):
            raise ImportError(
                f"{file} {TAKEN}: rename it, start Python in another folder, or begin with "
                f"import batch_runs.first, after which {package} is that package"
            )
        if (
            spec
            and not inside
            and type(spec.loader) is SourceFileLoader
            and not spec.submodule_search_locations
        ):
            spec.loader = OwnFile(fullname, spec.origin)
        return spec


def file_in_the_way(package):
    """Path of what is loaded under the name of a package of ours and is not that package, or None."""
    file = getattr(sys.modules.get(package), "__file__", None)
    return file if file and not os.path.realpath(file).startswith(os.path.join(ROOT, package, "")) else None


def is_ours(name):
    """Whether a package of ours has a module of this name."""
    place = os.path.join(ROOT, *name.split("."))
    return os.path.isdir(place) or os.path.isfile(place + ".py")


def watch_names():
    """Ask this finder before Python's own, and leave the name ``batch_runs`` free for a file of the user's."""
    if __name__ not in {
        getattr(finder, "__module__", "") for finder in sys.meta_path
    }:  # Python may begin it twice
        sys.meta_path.insert(0, OwnNames)
    for name in (__name__, __package__):
        del sys.modules[name]
