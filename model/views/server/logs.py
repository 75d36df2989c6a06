"""The server's log: each fault once in full, then counted, so that no stranger fills the disk or hides others."""

import logging
import time
from collections import Counter

FULL_PER_MINUTE = 10
"""Most faults of which the log has the traceback, in a minute."""
LONGEST_LINE, MOST_LINES = 300, 60
"""Most characters of a line, and most lines of a fault: a message may hold what a stranger has sent."""
MINUTE = 60.0


class BriefHandler(logging.StreamHandler):
    """Writes a fault in full the first time, and how often it came again once a minute.

    A fault is the same again if it has the same kind and comes from the same line, whatever its message says.
    """

    def __init__(self, stream=None, now=time.monotonic):
        super().__init__(stream)
        self._now, self._known, self._again = now, set(), Counter()
        self._full, self._minute = 0, now()

    def emit(self, record):
        """Write a record, or count it."""
        place = place_of(record)
        if self._now() - self._minute >= MINUTE:
            self.sum_up()
        if place in self._known or self._full >= FULL_PER_MINUTE:
            self._again[place] += 1
            return
        self._known.add(place)
        self._full += 1
        super().emit(record)

    def format(self, record):
        """Text of a record, cut to what a person reads."""
        lines = super().format(record).splitlines()
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES // 2], "…", *lines[-MOST_LINES // 2 :]]
        return "\n".join(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…" for line in lines)

    def sum_up(self):
        """Write how often known faults came again, and begin another minute."""
        again, self._again = self._again, Counter()
        self._full, self._minute = 0, self._now()
        for place, times in again.most_common(FULL_PER_MINUTE):
            self.stream.write(f"{times} times again: {place}\n")
        if len(again) > FULL_PER_MINUTE:
            self.stream.write(f"and {len(again) - FULL_PER_MINUTE} other faults again\n")
        self.flush()


def place_of(record):
    """The kind of a record's fault and the line it comes from; without one, the line that wrote the record."""
    kind, _, trace = record.exc_info or (None, None, None)
    if kind is None:
        return f"{record.levelname} at {record.pathname}:{record.lineno}"
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return f"{kind.__name__}{where}"


def be_brief():
    """Let everything that a server logs go through one `BriefHandler`: the notes of all libraries, and of its own."""
    root = logging.getLogger()
    root.handlers = [BriefHandler()]
    for name in ("solara", "websockets", "uvicorn"):  # notes that an operator can do nothing about
        logging.getLogger(name).setLevel(logging.ERROR)
