"""The safety valve: permits left unsold are offered at a fixed price, never more than the cap [Goyal]."""

from agents.farms.bids import price_of
from agents.farms.curves import NO_BID
from learning.jit import jit


@jit
def buy_from_valve(value, lots, stride, package, order, price, left):
    """Let farms buy one after the other; updates ``package``, int64[n], numbers of packages held, and ``left``.

    value : int64[n, K]; order : int64[n], order of farms; price : int64[m] per lot; left : int64[m], lots. Each buys
    the lots with the largest gain in value less the price; none, where no lots bring a gain.
    """
    for i in order:
        best, gain = 0, 0
        for k in range(lots.shape[0]):
            more = package[i] + k
            fits = True
            for j in range(left.shape[0]):
                held = package[i] // stride[j] % (lots[lots.shape[0] - 1, j] + 1)
                fits = fits and lots[k, j] <= left[j] and held + lots[k, j] <= lots[lots.shape[0] - 1, j]
            if fits and value[i, more] != NO_BID:
                here = value[i, more] - value[i, package[i]] - price_of(lots[k], price)
                if here > gain:
                    best, gain = k, here
        for j in range(left.shape[0]):
            left[j] -= lots[best, j]
        package[i] += best
