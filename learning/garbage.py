"""How often Python looks for garbage: objects of no use that refer to one another.

It does so whenever 700 objects have been made that are in use, or garbage. Work that makes many objects which stay for
a while loses a tenth of its time to that, and finds little.
"""

import gc


def collect_after(objects):
    """Let Python look for garbage after so many new objects at the earliest; return `gc.get_threshold` of before.

    Where it never looks, that stays so.
    """
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], objects), *before[1:])
    return before
