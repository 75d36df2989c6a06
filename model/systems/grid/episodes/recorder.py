"""Recording of episodes: a snapshot after every step, to inspect, to show, and to write as a log."""

import zlib
from typing import NamedTuple

import numpy as np

from model.mechanisms.exchange.double_auction import TRADE, Book
from model.systems.grid.state import LAYERS, Chance, history_of

NO_BIDS = np.zeros((0, 0, 2))
NOT_WEIGHED = np.zeros((0, 0), np.float32)


class Snapshot(NamedTuple):
    """One world after a step, and the step that led to it; an independent copy."""

    firms: np.recarray
    """Records [n]: columns of `Enterprise`."""
    government: np.recarray
    """Record [1]: columns of `CapGovernment`."""
    history: np.ndarray
    """int8[n, length]: research memory, newest first."""
    layers: np.ndarray
    """uint8[height, width, 5], in the order of `state`: project, pollution, green project, property, mark."""
    owners: np.ndarray
    """int8[height, width, 3]: owner of green project, owner of property, occupant; 0 nobody, j + 2 enterprise j."""
    book: Book
    trades: np.ndarray
    """int64[trades, numbers]: trades of the step, as `double_auction.Trade` without volumes: all are of one permit."""
    actions: np.ndarray
    """int64[n]: actions of enterprises; all 0 at the start."""
    decision: np.ndarray
    """int64[n + 2]: decision of an active government."""
    chance: Chance | None
    """Random numbers of the step."""
    bids: np.ndarray
    """float64[n, steps, 2]: bids in the last auction of permits; empty where none are sold."""
    weighed: np.ndarray = NOT_WEIGHED
    """float32[n, actions]: probability that each action had in the step; empty if the policy weighs none."""


def snapshot(world, margin, actions, decision, chance=None, weighed=None):
    """Return a `Snapshot` of the present world."""
    inside = slice(margin, -margin), slice(margin, -margin)
    return Snapshot(
        firms=world.firms.copy(),
        government=world.government.copy(),
        history=np.array([history_of(world, i) for i in range(len(world.firms))]),
        layers=world.layers[(*inside, slice(LAYERS))].astype(np.uint8),
        owners=world.owners[inside].copy(),
        book=Book(*(part.copy() for part in world.book)),
        trades=world.trades[: int(world.government.trades[0]), : TRADE.volume].copy(),
        actions=actions,
        decision=decision,
        chance=chance,
        bids=world.bids.copy() if world.bids.any() else NO_BIDS,
        weighed=NOT_WEIGHED if weighed is None else weighed[0].astype(np.float32),
    )


MAPS = ("layers", "owners")
"""Parts of a snapshot that take nearly all of its memory, though little of them changes in a step."""


class PackedShots:
    """Snapshots of a complete episode: of its maps only what changes from step to step, a hundredth of them."""

    def __init__(self, shots):
        self._others = [shot._replace(**dict.fromkeys(MAPS)) for shot in shots]
        self._maps = {name: changes_of(np.stack([getattr(shot, name) for shot in shots])) for name in MAPS}

    def unpack(self):
        """Return the snapshots, the same bits as before."""
        maps = {name: maps_of(*packed) for name, packed in self._maps.items()}
        return [
            other._replace(**{name: maps[name][k] for name in MAPS}) for k, other in enumerate(self._others)
        ]


def changes_of(maps):
    """Maps [steps, …] of single bytes as compressed changes from one to the next, with their type and shape."""
    changes = maps.copy()
    changes[1:] ^= maps[:-1]
    return zlib.compress(changes.tobytes(), level=1), maps.dtype, maps.shape


def maps_of(packed, dtype, shape):
    """The maps that `changes_of` has packed."""
    changes = np.frombuffer(zlib.decompress(packed), dtype).reshape(shape)
    return np.bitwise_xor.accumulate(changes, axis=0)


class Recorder:
    """Keeps the snapshots of the present episode, entry k after k steps; a new episode begins a new list.

    A model records if its ``recorder`` is not None.
    """

    def __init__(self):
        self.shots, self._finished = [], None

    @property
    def has_finished(self):
        """Whether an episode is complete."""
        return self._finished is not None

    @property
    def finished(self):
        """Snapshots of the last complete episode; none before there is one."""
        return self._finished.unpack() if self.has_finished else []

    def begin(self, world, setup):
        """Keep the start of an episode."""
        if len(self.shots) > setup.episode:
            self._finished = PackedShots(self.shots)
        nothing = np.zeros(setup.n, np.int64), np.zeros(setup.n + 2, np.int64)
        self.shots = [snapshot(world, setup.margin, *nothing)]
        self.episode = setup.episode

    def take(self, world, setup, actions, decision, chance, weighed=None):
        """Keep the state after a step; weighed : float64[1, n, actions], what the policy drew its actions from."""
        self.shots.append(snapshot(world, setup.margin, actions.copy(), decision.copy(), chance, weighed))

    def last_episode(self):
        """Return the snapshots of the last complete episode; of the unfinished one if none is complete."""
        return self.shots if len(self.shots) > self.episode or not self.has_finished else self.finished

    def __len__(self):
        """Number of steps recorded of the present episode."""
        return max(len(self.shots) - 1, 0)
