"""Figures of [Wang2024]'s published episodes, five per policy, with learned enterprises; allocations of its rules.

Both welfares follow from the episodes' final states: the source scored the learned government at c_e 0.05 and the
nine rules at 0.2.
"""

import numpy as np

LEARNED = "learned government"
SHOWN = (
    "welfare at c_e 0.2",
    "welfare at c_e 0.05",
    "equality",
    "coins",
    "emissions",
    "shortfall settled",
    "properties",
    "investments",
    "trades",
    "price",
    "labour",
)
"""Names of the figures, as in `runs.NUMBERS`."""

PUBLISHED = {
    "flat SI": (548, 1044, 0.811, 8059, 112.1, 4.49, 686, 150, 50, 7.58, 1894),
    "flat GF": (307, 856, 0.810, 7777, 128.6, 7.93, 635, 143, 71, 10.75, 1784),
    "flat BM": (592, 1121, 0.824, 8543, 120.4, 4.83, 701, 148, 58, 8.05, 1921),
    "decreasing SI": (663, 1186, 0.877, 8423, 113.3, 4.46, 712, 143, 51, 13.56, 1958),
    "decreasing GF": (432, 1095, 0.862, 8745, 125.9, 6.62, 719, 153, 49, 14.48, 1982),
    "decreasing BM": (602, 1059, 0.762, 8483, 112.4, 3.99, 706, 167, 44, 9.12, 1975),
    "convex SI": (97, 655, 0.809, 7912, 123.3, 13.35, 635, 144, 55, 11.80, 1785),
    "convex GF": (143, 629, 0.732, 7270, 131.9, 10.38, 605, 147, 69, 10.99, 1718),
    "convex BM": (180, 664, 0.715, 7638, 116.3, 10.51, 665, 160, 49, 9.51, 1876),
    LEARNED: (535, 980, 0.772, 8001, 123.9, 4.84, 625, 153, 88, 6.07, 1785),
}
SPREAD = {
    "welfare at c_e 0.2": {
        "flat SI": 140,
        "flat GF": 210,
        "flat BM": 283,
        "decreasing SI": 313,
        "decreasing GF": 186,
        "decreasing BM": 193,
        "convex SI": 46,
        "convex GF": 56,
        "convex BM": 170,
        LEARNED: 274,
    },
    "welfare at c_e 0.05": {
        "flat SI": 93,
        "flat GF": 168,
        "flat BM": 271,
        "decreasing SI": 194,
        "decreasing GF": 232,
        "decreasing BM": 95,
        "convex SI": 75,
        "convex GF": 59,
        "convex BM": 226,
        LEARNED: 201,
    },
}
"""Numbers behind ± in the published figures."""

LARGER_SAMPLE = {
    "flat SI": ((354, 27), (863, 35)),
    "flat GF": ((314, 35), (848, 27)),
    "flat BM": ((354, 42), (909, 36)),
    "decreasing SI": ((939, 67), (1418, 42)),
    "decreasing GF": ((605, 54), (1146, 38)),
    "decreasing BM": ((700, 41), (1229, 37)),
    "convex SI": ((117, 18), (627, 35)),
    "convex GF": ((212, 22), (764, 28)),
    "convex BM": ((232, 28), (809, 33)),
    "learned government, its recorded decisions": ((522, 43), (977, 28)),
}
"""Welfare, mean and standard error, at 0.2 and 0.05 of thirty episodes that the published networks played."""

SHARES = {
    "no-op": (0.02, 0.05),
    "produce": (0.25, 0.29),
    "invest": (0.06, 0.06),
    "bid": (0.13, 0.21),
    "ask": (0.05, 0.15),
    "move": (0.34, 0.38),
}
"""Lowest and highest share of each action over the published policies."""
UTILITY = (329, 384)
LEVEL = (0.18, 0.35)
"""Lowest and highest mean utility, and emission level at the end."""

SIZE_ROWS = {
    16: (7, 7, 5, 4, 4),
    14: (6, 6, 5, 3, 3),
    12: (5, 5, 4, 3, 3),
    10: (4, 4, 3, 2, 2),
    8: (3, 3, 2, 2, 2),
    6: (2, 2, 2, 1, 1),
    4: (1, 1, 1, 1, 1),
}
OTHER_ROWS = {
    16: (8, 6, 5, 4, 3),
    14: (7, 6, 5, 4, 3),
    12: (6, 5, 4, 3, 2),
    10: (5, 4, 3, 2, 2),
    8: (4, 3, 2, 2, 1),
    6: (3, 2, 2, 1, 1),
    4: (2, 1, 1, 1, 0),
}
"""Permits by rank for each percentage of a period: where size ranks, and where emissions or intensity do."""
PERIODS = {
    "flat": (10,) * 10,
    "decreasing": (16, 16, 14, 12, 10, 10, 8, 6, 4, 4),
    "convex": (6, 8, 10, 12, 14, 14, 12, 10, 8, 6),
}
TOTALS = {
    ("flat", "size"): (150, 20, 30),
    ("flat", "others"): (160, 20, 20),
    ("decreasing", "size"): (157, 16, 27),
    ("decreasing", "others"): (160, 16, 24),
    ("convex", "size"): (156, 16, 28),
    ("convex", "others"): (164, 16, 20),
}
"""Permits of an episode to enterprises, its certified projects, and what rounding down loses of 200."""


def table_of(rule):
    """Key of TOTALS for a rule."""
    return rule[0], "size" if rule[1] == "size" else "others"


def rows_of(rule):
    """Permits by period and rank, float64[10, 5]."""
    schedule, kind = table_of(rule)
    if (schedule, kind) == ("flat", "size"):
        return np.full((10, 5), 3.0)
    rows = SIZE_ROWS if kind == "size" else OTHER_ROWS
    return np.array([rows[q] for q in PERIODS[schedule]], float)
