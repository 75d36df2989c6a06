import subprocess
import sys
import threading

import pytest

from batch_runs.lazy import import_alone, import_lazily, stand_in_for
from tests.unit.batch_runs.conftest import ROOT


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library with a part that its own __init__ imports, and a count of how often each ran."""
    name = "a_large_library"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "import sys\nsys.a_large_count = getattr(sys, 'a_large_count', 0) + 1\n"
        f"from {name}.part import value\n__version__ = '3'\n"
    )
    (folder / "part.py").write_text("value = object()\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "a_large_count", 0, raising=False)
    import_lazily(name)
    yield name
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[each]


def test_a_library_runs_when_it_is_first_used(library):
    module = __import__(library)
    assert sys.a_large_count == 0
    assert module.__version__ == "3"
    assert (sys.a_large_count, module.__class__) == (1, type(sys))


def test_walking_over_the_modules_does_not_run_it(library):
    import inspect

    __import__(library)
    inspect.stack()
    assert sys.a_large_count == 0


def test_importing_a_part_runs_the_whole_first_and_both_have_the_same_part(library):
    module = __import__(library)
    part = __import__(f"{library}.part", fromlist=["value"])
    assert sys.a_large_count == 1
    assert part is sys.modules[f"{library}.part"]
    assert part.value is module.value


def test_threads_that_use_it_together_run_it_once(library):
    module = __import__(library)
    found = []
    threads = [threading.Thread(target=lambda: found.append(module.value)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (sys.a_large_count, len(set(found))) == (1, 1)


def test_a_missing_name_is_an_attribute_error(library):
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        __import__(library).nothing  # noqa: B018


def test_a_module_imported_alone_leaves_its_package_to_be_imported_as_usual():
    code = """
import sys
from batch_runs.lazy import import_alone
(knobs,) = import_alone("learning.knobs")
assert not {"learning", "learning.knobs", "numpy", "numba"} & set(sys.modules), sorted(sys.modules)
from learning.base import LEARNERS
assert "q_learning" in LEARNERS
import learning.knobs
assert knobs is not learning.knobs
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_module_of_a_package_already_imported_is_the_same():
    import learning.knobs

    assert import_alone("learning.knobs") == [learning.knobs]


def test_a_stand_in_gives_way_to_the_part_itself_at_its_first_use(library):
    part = f"{library}.part"
    stand_in_for(part)
    assert __import__(part, fromlist=["value"]) is sys.modules[part]
    assert sys.a_large_count == 0
    used = sys.modules[part].value
    assert used is sys.modules[part].value
    assert sys.a_large_count == 1
    assert sys.modules[part].__file__.endswith("part.py")


PRODUCT = """
import sys
import numpy as np
from batch_runs.lazy import BLAS, stand_in_for
if sys.argv[1] == "later":
    stand_in_for(BLAS)
from learning.jit import jit
import numba.np.arraymath
assert ("scipy.linalg" in sys.modules) == (sys.argv[1] == "usual")
@jit
def product(a, b):
    return np.dot(a, b)
a = np.random.default_rng(1).random((70, 70))
print(product(a, a).tobytes().hex())
assert "scipy.linalg" in sys.modules
"""


def test_products_of_matrices_have_the_same_bits_with_blas_found_later():
    found = [
        subprocess.run(
            [sys.executable, "-c", PRODUCT, when], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for when in ("usual", "later")
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 1000
