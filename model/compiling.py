"""Compile the rules of a model in another process, while this one plays interpreted until they are ready.

A process and not a thread: the compiler holds the interpreter's lock. It fills the compile cache, from which the rules
are then read; a run goes on with the same arrays and the same bits (`model.background`). One such process compiles at
a time on a computer, for `MOST_SECONDS` at most. It ends with the process that started it unless that one has left it
behind on purpose; then it goes on at low priority.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from queue import Empty, Queue

from learning.compile_cache import ROOT, cache_base, is_writable
from learning.postponed import NotCompiledError, refusing

SWITCH = "CARBON_BACKGROUND"
"""Environment variable: seconds that compiling in the background may take; 0: rules are compiled before a run."""
MOST_SECONDS = 600
"""These seconds unless the variable says otherwise."""
LEFT_BEHIND = pickle.dumps(None)
"""Sent to the other process when it shall finish although this one ends."""


def is_possible():
    """Return whether rules can be compiled in the background: it is not switched off, and the cache can be written."""
    return most_seconds() > 0 and is_writable()


def most_seconds():
    """Return the seconds that compiling in the background may take; what is no number stands for the usual ones."""
    try:
        return float(os.environ.get(SWITCH, MOST_SECONDS))
    except ValueError:
        return MOST_SECONDS


def is_compiled(compile_model, model):
    """Return whether all that ``compile_model(model)`` calls is in the compile cache; it is then loaded."""
    try:
        with refusing():
            compile_model(model)
    except NotCompiledError:
        return False
    return True


class Compilation:
    """A process that compiles what ``compile_model`` calls with a model of a kind with these parameters.

    compile_model : function of a module, called there with a model of its own. OSError or pickle's error if it cannot
    be started.
    """

    def __init__(self, compile_model, kind, params):
        self._begin(pickle.dumps((0.0, compile_one, (compile_model, kind, params))))

    @classmethod
    def of_orders(cls, idle):
        """Start one that compiles the orders sent to it, and ends when none has come for ``idle`` seconds."""
        made = cls.__new__(cls)
        made._begin(pickle.dumps((idle, None, ())))
        return made

    def send_order(self, order):
        """Let it compile an `Order`, too."""
        self._send(pickle.dumps(order))

    def _begin(self, work):
        alone = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "model.compiling"],  # -P: a model.py in this folder is not ours
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            **alone,  # Ctrl-C on the terminal is this process's affair
        )
        self._send(work)

    def running(self):
        """Return whether it is still at work."""
        return self._process.poll() is None

    def wait(self):
        """Wait until it has ended; return whether all is compiled."""
        code = self._process.wait()
        self._close()
        return code == 0

    def leave_behind(self):
        """Let it finish although this process ends."""
        self._send(LEFT_BEHIND)
        self._close()
        self._process.returncode = 0  # no warning that it still runs

    def end(self):
        """End it at once; what it has compiled is kept."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self):
        with suppress(OSError):
            self._process.stdin.close()

    def _send(self, content):
        with suppress(OSError):  # it has ended
            self._process.stdin.write(content)
            self._process.stdin.flush()


def compile_one(compile_model, kind, params):
    """Compile what a function calls with a new model."""
    compile_model(kind(params, rng=0))


def main():
    """Compile what standard input says, then end; also when the other end is closed without a farewell."""
    threading.Thread(target=_end_late, daemon=True).start()
    idle, work, arguments = pickle.load(sys.stdin.buffer)
    orders = Queue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    from filelock import FileLock

    lock = FileLock(cache_base() / "compiling.lock")
    if work:
        with lock:
            work(*arguments)
    with suppress(Empty):
        while idle and (order := orders.get(timeout=idle)):
            with lock, suppress(Exception):  # who ordered it compiles it in the end, and meets the error
                order.compile()


def _end_late():
    time.sleep(most_seconds())
    os._exit(1)


def _read_orders(orders):
    """Pass orders on until the starter says farewell; end this process if the starter ends without."""
    try:
        while order := pickle.load(sys.stdin.buffer):
            orders.put(order)
    except Exception:  # the other end is closed, or in the middle of a message
        os._exit(1)
    if hasattr(os, "setpriority"):  # nobody waits for it any more
        os.setpriority(os.PRIO_PROCESS, os.getpid(), 10)
    orders.put(None)


if __name__ == "__main__":
    main()
    os._exit(0)  # Python's own end would wait for the thread that reads
