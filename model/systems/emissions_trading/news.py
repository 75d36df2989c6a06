"""News that reaches a market within a run: emissions change, and everybody knows of it at once."""

import numpy as np

from model.systems.emissions_trading.foresight_prices import foreseen_prices
from model.systems.emissions_trading.setup import changed


def change_emissions(model, share, since):
    """Let emissions without abatement change by ``share`` from quarter ``since`` of the present run on, from 0.

    Before the first quarter this is what an announced ``demand_change`` does; later nobody has provided for it. Plans
    know it from the next quarter that is played. Foreseen prices, also those of quarters that are over, become those
    of a run in which everybody had foreseen it too. It lasts until the policy is made anew (`apply_policy`).
    """
    model.begin_run_if_over()
    setup, n, of_all = model.setup, model.emitters, len(model.firms)
    factor = changed(np.arange(len(setup.planned)), share, since)
    model.setup = setup._replace(planned=setup.planned * factor)
    run = model.history.copy()
    run[:, 1:] *= factor[: len(run), None]
    emitted, noise = run[:, 1 : 1 + n], run[:, 1 + of_all : 1 + of_all + n]
    about = emitted, noise, model.room.weight[:n], model.knots
    run[:, 0] = foreseen_prices(model.params, model.setup, model.policy, *about)
    model.history = run
