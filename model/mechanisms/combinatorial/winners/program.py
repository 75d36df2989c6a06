"""Winner determination as an integer program for HiGHS: for tables too large for the dynamic program."""

import highspy
import numpy as np

from learning.knobs import ParameterError
from model.mechanisms.combinatorial.winners.bound import NO_BID, find_prices, value_packages
from model.mechanisms.combinatorial.winners.pruning import keep_bids

SETTINGS = {
    "output_flag": False,
    "threads": 1,  # the same result on any machine
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
}
PATIENCE = 30.0
"""Seconds after which HiGHS gives up: some programs of hundreds of bidders would take hours."""
MOST_BIDS = 50_000
"""Most bids for which HiGHS is used: with more it checks its time limit too rarely to stop in time."""


def solve_program(score, units, supply):
    """Find the winning packages by position, int64[n], -1: none; largest sum of scores; None if no choice fits.

    score : int64[n, K + 1], units : int64[K + 1, m], of no bid and of each package (`score_bids`); supply : int64[m].
    One variable, 0 or 1, per bid; one row per bidder and per pollutant. Their costs are losses at shadow prices,
    small numbers beside the scores, so that HiGHS' tolerances matter less. ParameterError if HiGHS does not end within
    `PATIENCE` or there are more than `MOST_BIDS` bids, RuntimeError if it fails.
    """
    if (score == NO_BID).all(1).any():
        return None
    if len(score) == 0:
        return np.zeros(0, np.int64)
    lowest = np.where(score > NO_BID, score, np.iinfo(np.int64).max).min(axis=1).sum()
    tolerance = float(score.max(axis=1).sum() - lowest) / (400.0 * len(score))
    price, bound = find_prices(score, units, supply, tolerance, lowest)
    if bound < lowest:
        return None
    worth = np.empty(len(units), np.int64)
    value_packages(units, price, worth)
    kept = keep_bids(score, units, worth, bound - lowest)
    bidder, column = np.repeat(np.arange(len(score)), np.diff(kept.start)), kept.column[: kept.start[-1]]
    loss = kept.loss[: kept.start[-1]]
    if len(column) > MOST_BIDS:
        raise refusal(f"more than {MOST_BIDS:,} that may win", score, column, supply)
    solver = _solver(loss.astype(float), price.astype(float), bidder, units[column], supply)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status == highspy.HighsModelStatus.kTimeLimit:
        raise refusal(f"not found within {PATIENCE:g} s", score, column, supply)
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ends with {status}: it must solve or refuse a winner determination")
    taken = np.array(solver.getSolution().col_value[: len(bidder)]) > 0.5
    choice = np.empty(len(score), np.int64)
    choice[bidder[taken]] = column[taken] - 1
    return choice


def refusal(why, score, column, supply):
    """Return the error for a program that is too hard, with remedies."""
    return ParameterError(
        f"winners among {len(column):,} bids of {len(score)} farms for {supply.tolist()} lots: {why}; take fewer farms "
        "or smaller baselines, or other additional_bids than capped or all"
    )


def _solver(loss, price, bidder, units, supply):
    """HiGHS with the program: bids, then unsold units, which cost their shadow price.

    loss, bidder : [bids]; units : [bids, m]. Losses are scaled to 1 on average.
    """
    n, (bids, m) = bidder[-1] + 1, units.shape
    lp, scale = highspy.HighsLp(), max(1.0, loss.mean())
    lp.num_col_, lp.num_row_ = bids + m, n + m
    lp.col_cost_ = np.concatenate((loss, price)) / scale
    lp.col_lower_ = np.zeros(bids + m)
    lp.col_upper_ = np.concatenate((np.ones(bids), supply.astype(float)))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * bids + [highspy.HighsVarType.kContinuous] * m
    lp.row_lower_ = lp.row_upper_ = np.concatenate((np.ones(n), supply.astype(float)))
    start, index, value = _columns(bidder, units, n)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start, index, value
    solver = highspy.Highs()
    for name, setting in SETTINGS.items():
        solver.setOptionValue(name, setting)
    solver.setOptionValue("time_limit", PATIENCE)
    solver.passModel(lp)
    return solver


def _columns(bidder, units, n):
    """The matrix by columns: a bid counts once for its bidder and with its units; unsold units fill the supply."""
    (bids, m), unsold = units.shape, np.arange(units.shape[1])
    rows = np.column_stack((bidder, np.tile(n + unsold, (bids, 1)))).ravel()
    numbers = np.column_stack((np.ones(bids), units)).ravel()
    start = np.concatenate((np.arange(bids + 1) * (m + 1), bids * (m + 1) + 1 + unsold))
    index = np.concatenate((rows, n + unsold))
    return start.astype(np.int32), index.astype(np.int32), np.concatenate((numbers, np.ones(m)))
