"""The Python examples in the folders' README files run as written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = [
    pytest.param(block, id=f"{file.relative_to(ROOT)}-{k}")
    for file in sorted([ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")])
    if file.exists()
    for k, block in enumerate(re.findall(r"```python\n(.*?)```", file.read_text(encoding="utf-8"), re.S))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_runs(example, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, env=None, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
