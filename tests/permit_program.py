"""Least cost of keeping within permits over years, as a convex program for HiGHS: a second way to the equilibrium."""

import highspy
import numpy as np

REGULARIZATION = 2e-7
"""€/t per t that the solver adds to the slope of all costs. With its own 1e-7 it fails on some of these programs, with
more its prices are off in proportion: 4e-7 of the price at this one."""


def prices_of_program(baseline, high, steps, interest, quarters, low=0.0):
    """Prices, float64[T], €/t: discounted shadow prices of the permits that may be used up to each year's end.

    baseline : float[T, m], t; high, low : float[m], €/t, marginal costs of a block's last and first tonne; steps :
    pairs (price €/t, quantity t) of float[T].
    """
    T, m = baseline.shape
    ends = np.arange(quarters - 1, T, quarters)
    discount = (1.0 + interest) ** (-np.arange(T) / quarters)
    quantity = np.minimum(np.stack([q for _, q in steps], 1), baseline.sum())  # no more is ever used
    price = np.stack([p for p, _ in steps], 1)
    upper = np.hstack([baseline, quantity])
    n, width = upper.size, upper.shape[1]
    model = highspy.HighsModel()
    lp, hessian = model.lp_, model.hessian_
    lp.num_col_, lp.num_row_ = n, len(ends)
    first = np.broadcast_to(low, (T, m))
    lp.col_cost_ = (np.hstack([first, price]) * discount[:, None]).ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(n), upper.ravel()
    lp.row_lower_ = np.cumsum(baseline.sum(1))[ends]
    lp.row_upper_ = np.full(len(ends), highspy.kHighsInf)
    rows = [np.flatnonzero(ends >= j // width) for j in range(n)]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows)])
    lp.a_matrix_.index_ = np.concatenate(rows)
    lp.a_matrix_.value_ = np.ones(sum(map(len, rows)))
    hessian.dim_, hessian.format_ = n, highspy.HessianFormat.kTriangular
    hessian.start_, hessian.index_ = np.arange(n + 1), np.arange(n)
    hessian.value_ = np.hstack([(high - low) / baseline * discount[:, None], np.zeros(price.shape)]).ravel()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("qp_regularization_value", REGULARIZATION)
    solver.passModel(model)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    dual = np.array(solver.getSolution().row_dual)
    return np.repeat(np.cumsum(dual[::-1])[::-1], quarters) / discount
