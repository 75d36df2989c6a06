"""The Python examples in the folders' README files run as written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
EXAMPLES = {
    str(file.relative_to(ROOT)): blocks
    for file in sorted([ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")])
    if file.exists()
    and (blocks := re.findall(r"```python\n(.*?)```", file.read_text(encoding="utf-8"), re.S))
}
"""Blocks of each README."""

RUN = "import runpy, sys\nfor file in sys.argv[1:]:\n    runpy.run_path(file, run_name='__main__')"
"""Runs files one after the other, each with names of its own, after importing the libraries once."""


@pytest.mark.parametrize("document", EXAMPLES)
def test_examples_run(document, tmp_path):
    scripts = [tmp_path / f"example_{k}.py" for k in range(len(EXAMPLES[document]))]
    for script, example in zip(scripts, EXAMPLES[document], strict=True):
        script.write_text(example, encoding="utf-8")
    command = [sys.executable, "-c", RUN, *scripts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
