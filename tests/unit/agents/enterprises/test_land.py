"""Maps of bits find the same land as a walk from cell to cell, whatever stands on it and however wide the view."""

from collections import deque

import numpy as np
import pytest

from agents.enterprises.actions import MOVES
from agents.enterprises.compact import sense_land
from agents.enterprises.land import FAR, STANDING, empty_maps, size_for
from agents.enterprises.ways import GREEN, INSIDE, PROJECT, PROPERTY, can_enter, is_free

LENGTH = 20


def draw_land(side, rng):
    """A window with a random part of everything, its edge outside the map, and its owners."""
    window, owners = np.zeros((side, side, 6), np.int8), np.zeros((side, side, 3), np.int8)
    first, last = rng.integers(0, side // 2 + 1, 2)
    window[first : side - last, :, INSIDE] = 1
    owner = rng.integers(1, 4, (side, side))
    for layer, share, column in ((PROJECT, 0.05, 0), (GREEN, 0.05, 0), (PROPERTY, 0.4, 1)):
        there = (rng.random((side, side)) < share) & (window[..., INSIDE] == 1)
        window[..., layer] = there
        owners[..., column] = np.maximum(owners[..., column], there * owner * (layer != PROJECT))
    owners[..., STANDING] = (rng.random((side, side)) < 0.05) * rng.integers(2, 5, (side, side))
    owners[side // 2, side // 2, STANDING] = 1
    return window, owners


def walked(window, owners):
    """The same numbers by a walk, breadth first, from cell to cell."""
    side, row = len(window), np.zeros(LENGTH, np.float32)
    middle = side // 2
    row[0] = window[middle, middle, 1]
    for dr, dc in np.ndindex(3, 3):
        row[19] += is_free(window[middle + dr - 1, middle + dc - 1]) / 9.0
    known, ends = {(middle, middle)}, deque([(middle, middle, None, 0)])
    while ends:
        r, c, begun, length = ends.popleft()
        for k, (dr, dc) in enumerate(MOVES):
            to = r + dr, c + dc
            if to in known or not (min(to) >= 0 and max(to) < side):
                continue
            known.add(to)
            if not can_enter(window[to], owners[to]):
                continue
            first, weight = k if begun is None else begun, FAR ** (length + 1)
            if window[to][PROJECT]:
                if row[10] == 0.0:
                    row[6 + first], row[10] = 1.0, weight
                continue
            if is_free(window[to]):
                if row[5] == 0.0:
                    row[1 + first], row[5] = 1.0, weight
                row[11 + first] += weight
            ends.append((*to, first, length + 1))
    row[11:15] *= 0.1
    for r, c in np.argwhere(owners[..., STANDING] > 1) - middle:
        weight = FAR ** float(abs(r) + abs(c))
        if c:
            row[15 + (c > 0)] += weight
        if r:
            row[17 + (r > 0)] += weight
    return row


@pytest.mark.parametrize("side", (3, 5, 11, 21, 41))
def test_maps_find_what_a_walk_finds(side):
    rng, size = np.random.default_rng(side), size_for(side)
    maps, freed = empty_maps(size), np.zeros(len(MOVES), np.int64)
    met = np.zeros(LENGTH, bool)
    for _ in range(2000 // side):
        window, owners = draw_land(side, rng)
        row = np.full(LENGTH, np.nan, np.float32)
        sense_land(window, owners, size, maps, freed, row, 0)
        expected = walked(window, owners)
        assert row == pytest.approx(expected, rel=1e-6), (window, owners)
        met |= expected != 0.0
    assert met[1:].all()  # everything occurred
