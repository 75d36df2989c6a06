import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.firm import FIRMS
from batch_runs.__main__ import main
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[3]


class Done:
    """Result of a command: exit code, standard output and standard error."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def carbon(capsys):
    """Run the command in this process."""

    def call(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


@pytest.fixture
def started(tmp_path):
    """Start the command as a process of its own, in an empty folder."""

    def start(*words, **more):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        arguments = [sys.executable, "-m", "batch_runs", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(arguments, cwd=tmp_path, env=environment, text=True, **pipes, **more)

    return start


@pytest.fixture
def carbon_process(started):
    """Run the command as a process of its own to its end."""

    def call(*words):
        process = started(*words)
        out, err = process.communicate(timeout=PATIENCE)
        return Done(process.returncode, out, err)

    return call


SHADING = '''
from agents.firm import FIRMS, Firm


@FIRMS.register("shading")
class ShadingFirm(Firm):
    """Bids four fifths of what a permit is worth to it, for what it needs."""

    def bid(self, market):
        return max(0.8 * self.private_value, market.params.reserve_price), self.required_permits

    def learn(self, market):
        """Nothing to learn."""
'''

MOODY = '''
import os, signal, time
from agents.firm import FIRMS, Firm


@FIRMS.register("moody")
class MoodyFirm(Firm):
    """Fails, exits or kills its process, by the seed."""

    def bid(self, market):
        if market.seed == 1:
            raise ZeroDivisionError("no bid today")
        if market.seed == 2:
            raise SystemExit(3)
        if market.seed == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().bid(market)
'''

SLOW = """
import time
from pathlib import Path
from agents.firm import FIRMS, Firm


@FIRMS.register("slow")
class SlowFirm(Firm):
    '''Takes its time; from seed 9 on, waits until there is a file named \"go on\" beside this one.'''

    def bid(self, market):
        time.sleep(0.0002)
        while market.seed >= 9 and not Path(__file__).with_name("go on").exists():
            time.sleep(0.01)
        return super().bid(market)
"""

INTERRUPTED = """
import os, time
from agents.firm import FIRMS, Firm


class Short:
    '''Sends its process a signal when it is deleted, and takes a moment for it.'''

    def __del__(self):
        os.kill(os.getpid(), SIGNAL)
        time.sleep(0.01)


@FIRMS.register("interrupted")
class InterruptedFirm(Firm):
    '''Deletes such an object in period 3, and tells that it goes on.'''

    def bid(self, market):
        if market.steps == 3 and self is market.firms[0]:
            Short()
            print("goes on", flush=True)
        return super().bid(market)
"""


@pytest.fixture
def plugin(tmp_path):
    """Write a plug-in file; what it registers in this process is forgotten afterwards."""

    def write(text, name="mine.py"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    write.SHADING, write.MOODY, write.SLOW, write.INTERRUPTED = SHADING, MOODY, SLOW, INTERRUPTED
    with FIRMS.unchanged():
        yield write
    for name in [
        n for n, m in sys.modules.items() if getattr(m, "CARBON_PLUGIN", "").startswith(str(tmp_path))
    ]:
        del sys.modules[name]
