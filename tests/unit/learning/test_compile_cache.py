"""The compile cache: whatever an edit changes is compiled again, nothing else is, and any number may share it."""

import importlib
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numba
import numpy as np
import pytest
from numba import float64
from numba.core.compiler_lock import global_compiler_lock

from learning import cache_folder, compile_cache, jit
from learning.cache_folder import CacheWarning
from learning.compile_cache import KEEP_DAYS, RULE_FOLDERS, cache_base, digest_of_sources
from learning.fingerprint import UnknownContentError, fingerprint
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
only_compiled = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")

SHOP = {
    "__init__.py": """
        from shop.levels import FLOOR
        RATE = 2.0
        """,
    "levels.py": "FLOOR = 1.0",
    "callee.py": """
        from learning.jit import rule

        @rule
        def triple(x):
            return x * 3.0
        """,
    "other.py": """
        from learning.jit import rule

        @rule
        def triple(x):
            return x * 30.0
        """,
    "near.py": """
        from learning.jit import rule
        from shop import near as itself
        NEAR, HIDDEN = 5.0, 7.0

        @rule
        def shift(x):
            return x + itself.HIDDEN
        """,
    "late.py": "LATE = 11.0",
    "deep/__init__.py": "",
    "deep/factors.py": """
        from .. import RATE
        DEEP = RATE * 10.0
        """,
    "parts/__init__.py": """
        from learning.registry import import_modules
        import_modules(__name__, __path__)
        """,
    "parts/base.py": """
        from learning.registry import Registry
        PARTS = Registry("part")
        """,
    "parts/usual.py": """
        from learning.jit import rule
        from shop.parts.base import PARTS
        BONUS = 13.0

        @PARTS.register("usual")
        @rule
        def usual(x):
            return x + BONUS
        """,
    "room.py": """
        from typing import NamedTuple

        class Room(NamedTuple):
            low: float
            high: float
        """,
    "unrelated.py": """
        from learning.jit import rule

        @rule
        def unrelated(x):
            return x
        """,
    "rules.py": """
        import numpy as np
        from numba import types
        import shop
        import shop.deep.factors as factors
        import shop.parts
        from learning.jit import kernel, rule
        from shop import FLOOR
        from shop.callee import triple
        from shop.parts.base import PARTS
        from . import near
        from .near import shift

        def late():
            from shop.late import LATE
            return LATE

        LATE = late()
        TABLE = np.array([0.0, 17.0])
        usual = PARTS["usual"]

        @rule
        def price(x):
            known = FLOOR + shop.RATE + factors.DEEP + near.NEAR + LATE + TABLE[1]
            return known + triple(x) + shift(x) + usual(x)

        @rule
        def shifted(x):
            return shift(x)

        @rule
        def width(room):
            return room.high - room.low

        @kernel(types.float64(types.float64))
        def twice(x):
            return 2.0 * triple(x)
        """,
}
PRICE = 1.0 + 2.0 + 20.0 + 5.0 + 11.0 + 17.0 + 3.0 + (1.0 + 7.0) + (1.0 + 13.0)
"""Of 1.0."""
ANOTHER_PART = """
@PARTS.register("usual")
@rule
def mine(x):
    return x + 15.0

@PARTS.register("rare")"""
EDITS = {
    "a callee": ("callee.py", "x * 3.0", "x * 4.0", PRICE + 1),
    "a constant of the module": ("rules.py", "17.0", "18.0", PRICE + 1),
    "a name that the package hands on": ("levels.py", "1.0", "2.0", PRICE + 1),
    "another name that it hands on": ("__init__.py", "import FLOOR", "import FLOOR\nFLOOR = 3.0", PRICE + 2),
    "a constant of the package, through import a.b as c and from .. import y, too": (
        "__init__.py",
        "RATE = 2.0",
        "RATE = 3.0",
        PRICE + 11,
    ),
    "a file that is imported inside a function": ("late.py", "11.0", "12.0", PRICE + 1),
    "from . import x": ("near.py", "NEAR, HIDDEN = 5.0", "NEAR, HIDDEN = 6.0", PRICE + 1),
    "a constant of a callee, in a module that both read": ("near.py", "7.0", "8.0", PRICE + 1),
    "import a.b as c": ("deep/factors.py", "10.0", "11.0", PRICE + 2),
    "a registered part": ("parts/usual.py", "x + BONUS", "x - BONUS", PRICE - 26),
    "a constant of a registered part": ("parts/usual.py", "13.0", "14.0", PRICE + 1),
    "another part under that name": ("parts/usual.py", '@PARTS.register("usual")', ANOTHER_PART, PRICE + 2),
    "another import": ("rules.py", "from shop.callee", "from shop.other", PRICE + 27),
    "the lines of a callee": ("callee.py", "@rule", "\n@rule", PRICE),
}
HARMLESS = {
    "a comment in a file that is not read": ("unrelated.py", "@rule", "# a comment\n@rule"),
    "a rule that is not called": ("unrelated.py", "return x", "return x + 1.0"),
    "a comment behind a callee": ("callee.py", "x * 3.0", "x * 3.0  # a comment"),
    "another rule behind a callee": ("near.py", "HIDDEN\n", "HIDDEN\n\n@rule\ndef more(x):\n    return x\n"),
    "an import that is not used": ("rules.py", "import shop.parts\n", "import shop.unrelated, shop.parts\n"),
    "the docstring of a package": ("deep/__init__.py", "", '"""Deep."""'),
}


class Shop:
    """A package of rules in files of its own, imported anew after every edit."""

    def __init__(self, folder):
        self.folder = folder / "shop"
        for name, source in SHOP.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(textwrap.dedent(source))

    def edit(self, name, old, new):
        source = (self.folder / name).read_text()
        assert old in source
        (self.folder / name).write_text(source.replace(old, new, 1) if old else new + source)

    def rules(self):
        """Module of the rules as they are written now."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return importlib.import_module("shop.rules")

    def price(self, x=1.0):
        """Results of the rules, and the number of rules compiled for them."""
        rules, compiled = self.rules(), []
        with jit.when_compiling(lambda: compiled.append(1)):
            return rules.price(x), len(compiled)


@pytest.fixture(scope="module")
def compiled_shop(tmp_path_factory):
    """A cache that knows the shop as it is written above."""
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(folder))
        patch.syspath_prepend(str(tmp_path_factory.mktemp("first")))
        patch.setattr(sys, "dont_write_bytecode", True)
        first = Shop(Path(sys.path[0]))
        first.price()
        first.rules().triple(1.0)  # by itself, which price does without
    return folder


@pytest.fixture
def shop(tmp_path, monkeypatch, compiled_shop):
    """The shop in a folder of its own, with a cache that knows it."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(shutil.copytree(compiled_shop, tmp_path / "cache")))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # an edit within a second keeps the time of a file
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Shop(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_any_part_of_a_rule_is_noticed(shop, edit):
    file, old, new, price = EDITS[edit]
    before = fingerprint(shop.rules().price)
    assert shop.price() == (PRICE, 0), "another copy of the same sources compiles nothing"
    shop.edit(file, old, new)
    assert fingerprint(shop.rules().price) != before
    found, compiled = shop.price()
    assert found == price
    assert bool(compiled) is not bool(numba.config.DISABLE_JIT)
    assert shop.price() == (price, 0)
    shop.edit(file, new, old)
    assert fingerprint(shop.rules().price) == before
    assert shop.price() == (PRICE, 0), "an edit that is taken back compiles nothing"


@pytest.mark.parametrize("edit", HARMLESS)
def test_an_edit_of_anything_else_compiles_nothing(shop, edit):
    before = fingerprint(shop.rules().price)
    shop.edit(*HARMLESS[edit])
    assert fingerprint(shop.rules().price) == before
    assert shop.price() == (PRICE, 0)


def test_fields_in_another_order_are_noticed_by_a_rule_that_does_not_import_them(shop):
    def width():
        rules = shop.rules()
        return rules.width(importlib.import_module("shop.room").Room(low=1.0, high=3.0))

    assert width() == 2.0
    shop.edit("room.py", "low: float\n    high: float", "high: float\n    low: float")
    assert width() == 2.0


def test_a_kernel_is_kept_and_notices_edits(shop):
    compiled = []
    assert shop.rules().twice(1.0) == 6.0
    with jit.when_compiling(lambda: compiled.append(1)):
        assert shop.rules().twice(1.0) == 6.0
    assert not compiled
    shop.edit("callee.py", "x * 3.0", "x * 4.0")
    assert shop.rules().twice(1.0) == 8.0


def test_values_put_into_a_module_from_outside_are_noticed(shop, monkeypatch):
    rules = shop.rules()
    rules.near.NEAR = 6.0
    assert rules.price(1.0) == PRICE + 1
    assert shop.price()[0] == PRICE


@only_compiled
def test_a_caller_of_a_rule_that_was_compiled_with_another_value_is_not_kept(shop):
    rules = shop.rules()
    rules.shifted(1)
    rules.near.HIDDEN = 8.0
    stale = rules.price(1)  # numba keeps the translation of `shift` as long as the process lives
    shop.edit("near.py", "7.0", "8.0")
    assert (stale, shop.price(1)[0]) == (PRICE, PRICE + 1)


@only_compiled
def test_a_rule_that_python_called_with_another_value_is_translated_anew_for_its_caller(shop):
    rules = shop.rules()
    rules.shift(1)
    rules.near.HIDDEN = 8.0
    assert rules.price(1) == PRICE + 1
    assert shop.price(1)[0] == PRICE
    shop.edit("near.py", "7.0", "8.0")
    assert shop.price(1)[0] == PRICE + 1


@only_compiled
def test_a_value_that_changes_while_its_rule_is_compiled_is_not_kept(shop):
    rules = shop.rules()

    def change():
        rules.near.NEAR = 6.0

    with jit.when_compiling(change):
        assert rules.price(1) == PRICE + 1
    assert shop.price(1)[0] == PRICE


@only_compiled
def test_a_value_of_an_unknown_kind_is_compiled_again_with_a_warning(shop, recwarn):
    rules = shop.rules()
    rules.price.py_func.__globals__["usual"] = numba.vectorize(["float64(float64)"])(lambda x: x + 13.0)
    with pytest.raises(UnknownContentError):
        fingerprint(rules.price)
    with pytest.warns(
        UserWarning, match=r"shop.rules.price is compiled anew in every process: usual in shop.rules"
    ):
        assert rules.price(1.0) == PRICE


def files(pattern="*/*.nbc"):
    """Files of the cache."""
    return list(cache_base().glob(pattern))


@only_compiled
@pytest.mark.parametrize("content", [b"", b"no pickle", None], ids=["empty", "garbage", "half"])
def test_a_spoilt_file_is_compiled_again(shop, content):
    for file in files():
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] if content is None else content)
    found, compiled = shop.price()
    assert found == PRICE
    assert compiled
    assert shop.price() == (PRICE, 0)


@only_compiled
def test_a_file_for_other_arguments_is_not_taken(shop):
    shop.rules().price(1)
    for folder in {file.parent for file in files() if file.name.startswith("price")}:
        kept = sorted(folder.iterdir())
        contents = [file.read_bytes() for file in kept]
        for file, content in zip(kept, contents[::-1]):
            file.write_bytes(content)
    assert len(kept) == 2
    for x in (1, 1.0):
        found, compiled = shop.price(x)
        assert found == PRICE
        assert compiled
        assert shop.price(x) == (PRICE, 0)


def test_where_nothing_can_be_written_rules_are_compiled_all_the_same(shop, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "a file"))
    with pytest.warns(CacheWarning, match="cannot be written"):
        assert shop.price()[0] == PRICE


def test_a_cache_that_can_only_be_read_is_read(shop, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError

    for name in ("utime", "replace"):
        monkeypatch.setattr(os, name, refuse)
    assert shop.price() == (PRICE, 0)
    assert shop.price(1)[0] == PRICE
    assert not files("*/*.tmp")


def test_a_folder_that_can_only_be_read_is_read_and_new_rules_go_elsewhere(shop, tmp_path, monkeypatch):
    assert shop.price() == (PRICE, 0)
    usual, before = cache_base(), files("*/*.nbc")
    monkeypatch.setenv("NUMBA_CACHE_DIR_BEFORE", "")  # so that both are as before after the test
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(usual))
    monkeypatch.setattr(cache_folder.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(cache_folder, "can_write", lambda path: path != usual)
    cache_folder._writable.cache_clear()
    with pytest.warns(CacheWarning, match="cannot be written"):
        assert shop.price() == (PRICE, 0)
    assert cache_base() != usual and shop.price(1)[0] == PRICE
    assert sorted(usual.glob("*/*.nbc")) == sorted(before) != []
    cache_folder._writable.cache_clear()


@only_compiled
def test_versions_and_switches_have_caches_of_their_own(shop, monkeypatch):
    rules, places = shop.rules(), []
    changes = [(numba, "__version__", "0"), (jit.llvmlite, "__version__", "0"), (np, "__version__", "0")]
    changes += [(sys.implementation, "cache_tag", "cpython-399")]
    changes += [(numba.config, name, "other") for name in jit.SWITCHES]
    for where, name, value in (*changes, (numba, "__version__", numba.__version__)):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, value)
            jit._compiler.cache_clear()
            places.append(rules.price.stats.cache_path)
    jit._compiler.cache_clear()
    assert len(set(places)) == len(changes) + 1
    assert places[-1] == rules.price.stats.cache_path


@only_compiled
def test_recompiling_does_not_read_the_cache(shop):
    rules, compiled = shop.rules(), []
    with jit.when_compiling(lambda: compiled.append(1)):
        assert rules.price(1.0) == PRICE
        assert not compiled
        rules.price.recompile()
    assert compiled
    assert rules.price(1.0) == PRICE


@only_compiled
def test_a_numba_that_the_cache_does_not_fit_keeps_rules_in_its_own(shop, monkeypatch):
    monkeypatch.setattr(jit, "CompileResult", None)
    own = files()
    found, compiled = shop.price()
    assert found == PRICE
    assert compiled
    assert shop.price() == (PRICE, 0)
    assert files() == own
    (kept,) = files("*/*/rules.price*.nbi")
    assert kept.parent.parent.name == compile_cache.digest(jit._compiler(), digest_of_sources())
    before = numba.config.CACHE_DIR
    jit.jit(lambda x: x)
    assert before == numba.config.CACHE_DIR
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(shop.folder / "rules.py"))
    with pytest.warns(CacheWarning, match="cannot be written"):
        assert shop.price()[0] == PRICE


SCRIPT = """
import sys
from learning import jit
from shop.rules import price
compiled = []
print("ready", flush=True)
sys.stdin.readline()
with jit.when_compiling(lambda: compiled.append(1)):
    print([price(eval(x)) for x in sys.argv[1:]])
print(len(compiled))
"""
CALLS = ("1.0", "1", "np.float32(1)", "np.int32(1)")


def start(shop, *calls, seed="0"):
    """Another process that calls the rules, once it gets a line or `finish` waits for it."""
    path = os.pathsep.join([str(shop.folder.parent), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", "import numpy as np" + SCRIPT, *calls]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def release(processes):
    """Let processes go on at once when all of them have begun."""
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def finish(process):
    """Results of a process, and how many rules it has compiled."""
    found, compiled = process.communicate(timeout=PATIENCE)[0].splitlines()[-2:]
    return eval(found, {"np": np}), int(compiled)


def test_other_processes_compile_nothing(shop):
    assert finish(start(shop, "1.0", seed="1")) == ([PRICE], 0)


@only_compiled
def test_processes_that_compile_at_once_leave_a_cache_that_serves_all(shop):
    shutil.rmtree(cache_base())
    running = [start(shop, *calls) for calls in (CALLS, CALLS[::-1], CALLS[2:])]
    release(running)
    done = [finish(process) for process in running]
    assert {price for found, _ in done for price in found} == {PRICE}
    # on a busy machine one may begin when the others have compiled everything
    assert any(compiled for _, compiled in done)
    assert finish(start(shop, *CALLS, seed="2")) == ([PRICE] * len(CALLS), 0)
    assert not files("*/*.tmp")


def test_two_that_write_a_file_at_once_do_not_write_into_each_other(tmp_path, monkeypatch):
    replace, unfinished, file = os.replace, [], tmp_path / "folder" / "file"

    def meanwhile(source, target):
        unfinished.append(source)
        if len(unfinished) == 1:
            compile_cache.save_bytes(file, b"other")
            assert file.read_bytes() == b"other"
        assert not file.exists() or file.read_bytes() == b"other"
        replace(source, target)

    monkeypatch.setattr(os, "replace", meanwhile)
    compile_cache.save_bytes(file, b"one")
    assert compile_cache.load_bytes(file) == b"one"
    assert len(set(unfinished)) == 2
    assert list(file.parent.iterdir()) == [file]


def age(folder, days):
    long_ago = time.time() - days * 86400
    os.utime(folder, (long_ago, long_ago))


def test_old_folders_are_removed_and_nothing_else(tmp_path):
    old, young, foreign = tmp_path / ("a" * 16), tmp_path / ("b" * 16), tmp_path / "somebody else's"
    for folder in (old, young, foreign):
        folder.mkdir()
    age(old, KEEP_DAYS + 1)
    age(young, KEEP_DAYS - 1)
    age(foreign, KEEP_DAYS + 1)
    compile_cache.remove_old(tmp_path)
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()


@only_compiled
def test_what_is_used_stays_and_old_folders_go_when_something_is_compiled(shop):
    for file in files():
        age(file.parent, KEEP_DAYS + 1)
    unused = {file.parent for file in files() if file.name.startswith("triple")}
    assert unused
    assert shop.price() == (PRICE, 0)
    shop.rules().width(importlib.import_module("shop.room").Room(1, 2))
    assert shop.price() == (PRICE, 0)
    assert not any(folder.exists() for folder in unused)


@pytest.fixture
def other_sources(tmp_path, monkeypatch):
    """A copy of the sources, and a function: the digest of all of them as they are now."""
    for folder in RULE_FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    here = digest_of_sources()
    monkeypatch.setattr(compile_cache, "ROOT", tmp_path)

    def digest():
        digest_of_sources.cache_clear()
        return digest_of_sources()

    yield tmp_path, here, digest
    digest_of_sources.cache_clear()


@pytest.mark.parametrize("file", ["learning/rows.py", "model/mechanisms/auctions/base.py", "agents/firm.py"])
def test_an_edit_anywhere_changes_the_digest_of_all_sources(other_sources, file):
    root, here, digest = other_sources
    assert here == digest()
    with (root / file).open("a", encoding="utf-8") as source:
        source.write("# another word\n")
    assert digest() != here


def test_a_new_file_and_a_new_name_change_the_digest_of_all_sources_and_a_view_does_not(other_sources):
    root, here, digest = other_sources
    (root / "model" / "views" / "page.py").write_text("")
    assert digest() == here
    (root / "model" / "new_rule.py").write_text("")
    found = {here, digest()}
    (root / "model" / "new_rule.py").rename(root / "model" / "newer_rule.py")
    assert len({*found, digest()}) == 3


@only_compiled
def test_rules_are_looked_for_by_one_thread_at_a_time(shop):
    """Numba reads its registrations one by one, from generators that two threads at once break."""
    rules, found = shop.rules(), []
    looking = threading.Thread(
        target=lambda: found.append(rules.price._cache.has((float64,), rules.price.targetctx))
    )
    with global_compiler_lock:
        looking.start()
        looking.join(0.2)
        assert not found
    looking.join()
    assert found == [True]
