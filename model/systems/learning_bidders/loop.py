"""Many periods of the learning bidders in one compiled loop."""

from learning.jit import rule
from model.systems.bidding.loop import end_period, sell_permits
from model.systems.learning_bidders.rules import comply, fill_payoffs, hold_exchange


@rule
def play_periods(clear, learning, lesson, book, firms, government, rules, chance, how, recorder):
    """Play one period per row of ``chance``: the same rules in the same order as the model's ``step``.

    clear : kernel; learning : `Learning`; lesson : `Lesson`; book : `Book`; how : `How`; recorder : `Recorder`, which
    keeps the rows of every k-th period.
    """
    lesson.states[:] = int(government[0].state)
    kept = 0
    for t in range(chance.bidding.shape[0]):
        sell_permits(clear, learning, lesson, book, firms, government, rules, chance, how, t)
        hold_exchange(book, firms, government, chance.margin[t])
        comply(firms, government, rules)
        if how.learn and how.needs_payoffs:
            for i in range(firms.shape[0]):
                fill_payoffs(clear, book, firms, i, rules, chance.margin[t], lesson.payoffs[i])
        price = government[0].clearing_price
        kept = end_period(learning, lesson, firms, government, price, rules, how, recorder, t, kept)
