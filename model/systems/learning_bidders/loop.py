"""Many periods of the learning bidders in one compiled loop."""

from learning.jit import rule
from model import accounts
from model.systems.bidding_rules import bid_actions, hold_auction, issue_cap, record, state_of
from model.systems.learning_bidders.rules import comply, fill_payoffs, hold_exchange


@rule
def draw_lesson(clear, book, firms, rules, margin, lesson, with_payoffs):
    """Note what the period teaches: every firm's profit, and what its other bids would have earned."""
    rewards = lesson.rewards
    for i in range(firms.shape[0]):
        rewards[i] = firms[i].profit
        if with_payoffs:
            fill_payoffs(clear, book, firms, i, rules, margin, lesson.payoffs[i])


@rule
def play_periods(
    clear,
    choose,
    learn,
    memory,
    numbers,
    rounds,
    lesson,
    book,
    firms,
    government,
    rules,
    chance,
    how,
    recorder,
):
    """Play one period per row of ``chance``: the same rules in the same order as the model's ``step``.

    clear, choose, learn : kernels; memory, numbers : the learner's state and settings; rounds : played before;
    lesson : `Lesson`; book : `Book`; how : `How`; recorder : `Recorder`, which keeps the rows of every k-th period.
    """
    actions, states, next_states = lesson.actions, lesson.states, lesson.next_states
    bidding, tie_key, margins = chance.bidding, chance.tie_key, chance.margin
    states[:] = int(government[0].state)
    kept = 0
    for t in range(margins.shape[0]):
        issue_cap(government, rules)
        round_number = rounds + t if how.learn else rounds  # rounds that teach nothing do not count
        choose(memory, numbers, round_number, states, bidding[t], how.explore, actions)
        bid_actions(book, firms, actions, tie_key[t], rules)
        hold_auction(clear, book, firms, government, rules)
        hold_exchange(book, firms, government, margins[t])
        comply(firms, government, rules)
        state = state_of(government[0].clearing_price, rules)
        if how.learn:
            next_states[:] = state
            draw_lesson(clear, book, firms, rules, margins[t], lesson, how.needs_payoffs)
            learn(memory, numbers, round_number, states, actions, lesson.rewards, next_states, lesson.payoffs)
        states[:] = state
        government[0].state = state
        accounts.expire(firms, government)
        kept = record(recorder, t, kept)
