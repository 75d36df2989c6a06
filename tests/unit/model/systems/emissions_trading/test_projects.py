"""Projects: abatement in lumps that lasts, by hand, and beside the abatement of the quarter."""

import numpy as np
import pytest

from agents.emitters.projects import Projects, avoided_by, decide_on_projects, draw_projects
from learning.knobs import ParameterError
from model.systems.emissions_trading import EmissionsTrading

SURE = {"common_spread": 0.0, "own_spread": 0.0, "reserve_price": 0.0}


def played(periods=40, **values):
    model = EmissionsTrading(rng=3, **(SURE | values))
    model.advance(periods)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


def two_projects():
    """5 and 2 t a quarter for 900 and 500 €, which work 2 quarters after the decision."""
    whole = np.array([0, 0]), np.array([2, 2])
    return Projects(whole[0], np.array([5.0, 2.0]), np.array([900.0, 500.0]), whole[1], np.full(2, np.inf))


def test_a_project_pays_if_its_tonnes_are_worth_more_than_its_cost():
    """Of 10 quarters 8 are left: at 23 €/t 5 t are worth 920 €, 2 t 368 €; at 32 €/t 2 t are worth 512 €."""
    projects = two_projects()
    assert decide_on_projects(projects, 0, 22.0, 0, 10) == 0.0
    assert decide_on_projects(projects, 0, 23.0, 0, 10) == 900.0
    assert [avoided_by(projects, 0, quarter) for quarter in (0, 1, 2, 9)] == [0.0, 0.0, 5.0, 5.0]
    assert decide_on_projects(projects, 0, 32.0, 0, 10) == 500.0
    assert avoided_by(projects, 0, 2) == 7.0


def test_each_firm_builds_its_own():
    """Firms 1 and 3 have projects, firms 0, 2 and 4 none."""
    owner, lead = np.array([1, 1, 3]), np.ones(3, np.int64)
    projects = Projects(owner, np.array([5.0, 2.0, 1.0]), np.ones(3), lead, np.full(3, np.inf))
    assert [decide_on_projects(projects, i, 100.0, 0, 10) for i in range(4)] == [0.0, 2.0, 0.0, 1.0]
    assert [avoided_by(projects, i, 1) for i in range(5)] == [0.0, 7.0, 0.0, 1.0, 0.0]


def test_nobody_builds_what_would_not_work_before_the_end():
    assert decide_on_projects(two_projects(), 0, 1e6, 8, 10) == 0.0


def test_projects_are_drawn_in_proportion_to_firms():
    drawn = draw_projects(
        np.random.default_rng(1),
        [0.75, 0.25],
        20.0,
        projects=2,
        project_share=0.1,
        project_cost_min=100.0,
        project_cost_max=100.0,
        project_lead=3,
    )
    assert drawn.owner.tolist() == [0, 0, 1, 1]
    assert drawn.tonnes == pytest.approx([1.5, 1.5, 0.5, 0.5])
    assert drawn.cost == pytest.approx(100.0 * drawn.tonnes)


def test_one_firm_and_one_project_by_hand():
    """90 of 100 t in each of 4 years, without a bank: 20 €/t. The project avoids 5 t from year 2 on for 200 €, which
    are worth 3 × 5 × 20 = 300 €: then the price is 10 €/t. For 301 € it would not be built."""
    values = {
        "n_firms": 1,
        "quarters": 1,
        "years": 4,
        "cap_table": "90 90 90 90",
        "banking": False,
        "interest": 0.0,
        "projects": 1,
        "project_lead": 1,
        "curve_base": "planned",
    }
    for per_tonne, price in ((40.0, [20.0, 10.0, 10.0, 10.0]), (60.2, [20.0] * 4)):
        costs = {"project_cost_min": per_tonne, "project_cost_max": per_tonne}
        model = played(4, **values, **costs)
        assert series(model, "carbon_price") == pytest.approx(price)
        built = price[1] == 10.0
        assert series(model, "investment") == pytest.approx([200.0 * built, 0.0, 0.0, 0.0])
        assert series(model, "saved_by_projects") == pytest.approx([0.0, *[5.0 * built] * 3])


def test_what_is_built_is_planned_with():
    """Cheap projects are built at once; from then on prices know of them, and rise at the rate of interest."""
    model = played(projects=2, project_cost_min=1.0, project_cost_max=1.0, project_share=0.05)
    price, usual = series(model, "carbon_price"), series(played(), "carbon_price")
    assert series(model, "investment")[0] > 0.0 and series(model, "investment")[1:].sum() == 0.0
    assert price[2:] / price[1:-1] == pytest.approx(1.05**0.25, rel=1e-9)
    assert (price[1:] < 0.9 * usual[1:]).all()
    assert series(model, "saved_by_projects")[4:] == pytest.approx(2.5)
    assert series(model, "cost_efficiency")[-1] < 1.0


def test_dearer_permits_build_more():
    built = [series(played(projects=4, cap_last=cap), "saved_by_projects")[-1] for cap in (0.9, 0.55)]
    assert built[1] > built[0]


def test_every_run_begins_without_projects(same_history):
    model = played(80, projects=3)
    saved = series(model, "saved_by_projects")
    assert saved[39] > 0.0 and saved[40] == 0.0
    stepped = EmissionsTrading(rng=3, projects=3, **SURE)
    for _ in range(80):
        stepped.step()
    same_history(stepped, model)


def test_a_range_of_costs_must_be_one():
    with pytest.raises(ParameterError, match=r"project_cost_min = 3000.0: above project_cost_max"):
        EmissionsTrading(project_cost_min=3000.0)
