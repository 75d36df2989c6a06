"""Government phase of a step: fines at the end of a period, new permits and projects a step later [Wang2024]."""

from agents.enterprises.bids import PRICE, VOLUME
from agents.government_policies import PENALTY_STEP, PROJECT_SHARE
from learning.jit import rule
from model import accounts
from model.allocation import BENCHMARKING, GRANDFATHERING, rank, split
from model.systems.grid.state import PROJECT, SOURCE, is_blank, phase_of, touch


@rule
def govern(clear, world, setup, decision, cells):
    """Fine in phase 0; settle and allocate in phase 1. The clock must have been advanced.

    clear : the auction's compiled rule, used where permits are sold; decision : int64[n + 2], an active government's
    weights, percentage and penalty, read in phase 1 only; cells : int64[tries, 2].
    """
    public = world.government[0]
    public.period = float(int(public.clock) // setup.period_length)
    public.permits_sold = 0.0
    phase = phase_of(world, setup)
    if phase == 0:
        fine(world)
    elif phase == 1:
        settle(world)
        allocate(clear, world, setup, decision)
        place_projects(world, setup, cells)


@rule
def fine(world):
    """Fine every enterprise with a permit deficit and publish the mean emission level; deficits remain.

    Permits in escrow (open asks) do not offset a deficit.
    """
    public, total = world.government[0], 0.0
    for firm in world.firms:
        if firm.permits < 0.0:
            penalty = public.penalty * -firm.permits
            accounts.pay_government(firm, world.government, penalty)
            firm.penalty_payment += penalty
        total += firm.level
    public.average_level = total / world.firms.shape[0]


@rule
def settle(world):
    """Add permit deficits to the shortfall; a step after the fine, so that step's emissions are included."""
    for firm in world.firms:
        if firm.permits < 0.0:
            firm.shortfall -= firm.permits


@rule
def allocate(clear, world, setup, decision):
    """Issue the period's permits, free by weights or by auction; permits still held expire."""
    public, share = world.government[0], world.desk.share
    pool = pool_and_weights(world, setup, decision)
    public.project_permits = float(int(pool / PROJECT_SHARE))
    split(pool, world.desk.weights, setup.rounding, share, world.desk.keys, world.desk.order)
    if setup.auctioned:
        sell(clear, world, setup)
    else:
        hand_out(world, setup)
    issued = 0.0
    for i in range(setup.n):
        world.firms[i].listed = share[i]
        issued += share[i]
    public.cap = public.project_permits + issued
    if setup.active:
        public.remaining -= public.cap


@rule
def pool_and_weights(world, setup, decision):
    """Return the period's permits, t; write the weights, and the penalty where an active government chooses it."""
    public, weights = world.government[0], world.desk.weights
    for k in range(setup.n):
        weights[k] = decision[k] if setup.active else setup.weights[k]
    if setup.active:
        if not setup.fixed_penalty:
            public.penalty = PENALTY_STEP * decision[setup.n + 1]
        return setup.total_permits * decision[setup.n] / 100.0
    period = min(int(public.period), setup.percentages.shape[0] - 1)
    return setup.total_permits * setup.percentages[period] / 100.0


@rule
def hand_out(world, setup):
    """Give share k, t, to enterprise k; under an indicator rule, to the enterprise at rank k."""
    share, order = world.desk.share, world.desk.order
    for k in range(setup.n):
        order[k] = k
    if setup.by_rank and not setup.active:
        note_indicator(world.firms, setup.indicator, world.desk.keys)
        rank(world.desk.keys, order)
    for k in range(setup.n):
        firm = world.firms[order[k]]
        firm.allocation = share[k]
        accounts.renew_permits(firm, world.government, share[k])
        if not setup.active:
            firm.period_emissions = 0.0


@rule
def note_indicator(firms, indicator, keys):
    """Write the indicator of every enterprise, float64[n]; the highest ranks first.

    Size; emissions since the last allocation; or size over emission level, which favours large clean enterprises.
    """
    for i in range(keys.shape[0]):
        firm = firms[i]
        keys[i] = firm.scale
        if indicator == GRANDFATHERING:
            keys[i] = firm.period_emissions
        elif indicator == BENCHMARKING:
            keys[i] = firm.scale / firm.level


@rule
def sell(clear, world, setup):
    """Sell the sum of the shares, t, in a sealed-bid auction; overwrite the shares with the awards."""
    desk, public, supply = world.desk, world.government[0], 0.0
    for i in range(setup.n):
        supply += desk.share[i]
        take_bid(world.bids[i], world.firms[i].cash, desk.price[i], desk.volume[i])
    public.clearing_price, public.equilibrium_price = clear(
        desk.price,
        desk.volume,
        supply,
        setup.reserve_price,
        desk.tie_key,
        setup.auction,
        desk.scratch,
        desk.award,
        desk.payment,
    )
    for i in range(setup.n):
        firm, award, payment = world.firms[i], desk.award[i], desk.payment[i]
        accounts.renew_permits(firm, world.government, award)
        accounts.pay_government(firm, world.government, payment)
        public.permits_sold += award
        public.auction_proceeds += payment
        desk.share[i], firm.allocation, firm.auction_payment = award, award, payment
        firm.period_emissions = 0.0


@rule
def take_bid(bid, cash, price, volume):
    """Write prices and volumes of a schedule; volumes are cut where ``cash`` does not cover the bids."""
    left = max(cash, 0.0)
    for k in range(price.shape[0]):
        price[k], volume[k] = bid[k, PRICE], bid[k, VOLUME]
        if price[k] * volume[k] > left:
            volume[k] = left / price[k]
        left = max(left - price[k] * volume[k], 0.0)


@rule
def place_projects(world, setup, cells):
    """Place the period's certified projects on the first blank cells among those tried.

    Projects left over after the last try are counted as unplaced (the simulator stops with an error).
    """
    public = world.government[0]
    left = public.project_permits
    for k in range(cells.shape[0]):
        if left <= 0.0:
            break
        r, c = cells[k, 0] + setup.margin, cells[k, 1] + setup.margin
        if is_blank(world, r, c):
            world.layers[r, c, PROJECT], world.layers[r, c, SOURCE] = 1, 1
            touch(world, r, c)
            left -= 1.0
    public.unplaced = left
