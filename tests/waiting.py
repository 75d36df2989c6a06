"""Waiting for what happens in another thread or process, as long as a slow and busy machine may need."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

PATIENCE = 300
"""Seconds. Whatever is waited for is there much earlier; who waits less than this tests the machine."""


def wait_until(condition, process=None):
    """Poll ``condition``; an AssertionError if it never holds, or if the ``process`` that works on it has ended."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process is None or process.poll() is None, "the process has ended before that"
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def run_async(coroutine):
    """Run a coroutine to its end in a thread of its own: that of the tests may have a browser's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
