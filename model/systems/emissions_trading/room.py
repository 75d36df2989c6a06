"""Arrays that the rules of a market over years write and read: plans, bids, and room to work in."""

from typing import NamedTuple

import numpy as np

from model.mechanisms.auctions.base import Scratch, scratch_for
from model.mechanisms.supply_curve import StepKinds, SupplyCurve


class Room(NamedTuple):
    """Arrays of one market. Those over the quarters ahead are the ones of `agents.emitters.outlook.Outlook`."""

    auctions: np.ndarray
    """float64[years], t: permits that each year's auctions are planned to sell."""
    baseline: np.ndarray
    base: np.ndarray
    growth: np.ndarray
    supply: np.ndarray
    ends: np.ndarray
    kept: np.ndarray
    stale: np.ndarray
    offsets: np.ndarray
    dated: np.ndarray
    """float64[years], t: permits of all firms by the year of their issue, after the last compliance."""
    weight: np.ndarray
    """float64[n]."""
    choke_price: np.ndarray
    """float64[n], €/t."""
    mean_choke_price: np.ndarray
    """float64[1], €/t: that of all firms together."""
    wanted: np.ndarray
    """float64[n], t: permits wanted for later."""
    price: np.ndarray
    """float64[n, steps], €/t: the bids."""
    volume: np.ndarray
    """float64[n, steps], t."""
    award: np.ndarray
    payment: np.ndarray
    traded: np.ndarray
    """float64[n], t: permits bought in a call; below zero: sold."""
    curve: SupplyCurve
    """Supply of the quarter's auction."""
    taken: np.ndarray
    """float64[steps of supply], t: permits sold of each."""
    scratch: Scratch


def room_for(weight, choke_price, mean_choke_price, setup, bid_steps):
    """Make the arrays for firms of these sizes and choke prices under a `Setup`."""
    n, ahead, steps = len(weight), len(setup.planned), len(StepKinds._fields)
    plans = {
        name: np.zeros(ahead)
        for name in ("baseline", "base", "growth", "supply", "ends", "kept", "stale", "offsets")
    }
    return Room(
        auctions=np.zeros(setup.years),
        dated=np.zeros(setup.years),
        weight=np.array(weight),
        choke_price=np.array(choke_price),
        mean_choke_price=np.array([mean_choke_price]),
        wanted=np.zeros(n),
        price=np.zeros((n, bid_steps)),
        volume=np.zeros((n, bid_steps)),
        award=np.zeros(n),
        payment=np.zeros(n),
        traded=np.zeros(n),
        curve=SupplyCurve(np.zeros(steps), np.zeros(steps), np.zeros(steps, np.int64)),
        taken=np.zeros(steps),
        scratch=scratch_for(n, bid_steps),
        **plans,
    )
