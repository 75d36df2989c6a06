"""Tabular Q-learning with epsilon-greedy exploration [Watkins1989; Esmaeili2021, Eqs. 3.3-3.4]."""

import numpy as np

from learning.base import CHOOSE, LEARN, LEARNERS, PREFER, Learner
from learning.jit import kernel, rule
from learning.knobs import Settings, knob, settings
from learning.rows import first_of_largest, natural

STAGE_EPSILON = (1.0, 0.01, 0.001)
"""Factor of epsilon in each stage [Esmaeili2022, Section 5: 0.5, 0.005, 0.0005]."""
STAGE_STEP = 0.1
"""Decrease of alpha and gamma from stage to stage [Esmaeili2022, Section 5: 0.9 to 0.7, 0.3 to 0.1]."""
VALUE, VISITS, BEST = 0, 1, 2
"""Layers of the memory; the third notes about each state what `ACTION` and `RIVAL` say."""
ACTION, RIVAL = 0, 1
"""Columns of the third layer: the best action, and a value that no other action exceeds (none with one action)."""


@settings
class QLearningSettings(Settings):
    """Knobs of Q-learning."""

    alpha: float = knob(
        0.9,
        low=0.0,
        high=1.0,
        help="step size of an update",
        source="Esmaeili2021, Section 4",
        when={"alpha_schedule": ("constant",)},
    )
    gamma: float = knob(
        0.1, low=0.0, high=0.999, help="discount of the next round's value", source="Esmaeili2021, Section 4"
    )
    epsilon: float = knob(
        0.5, low=0.0, high=1.0, help="share of random actions at the start", source="Esmaeili2021, Section 4"
    )
    epsilon_final: float = knob(
        0.001,
        low=0.0,
        high=1.0,
        help="share of random actions after the decay",
        when={"schedule": ("decay",)},
    )
    epsilon_rounds: int = knob(
        10_000,
        low=0,
        high=100_000_000,
        unit="rounds",
        help="length of the geometric decay of epsilon; 0: constant",
        when={"schedule": ("decay",)},
    )
    alpha_schedule: str = knob(
        "constant",
        choices=("constant", "visits"),
        help="visits: alpha = visits^-alpha_exponent, which converges",
    )
    alpha_exponent: float = knob(
        0.6,
        low=0.5,
        high=1.0,
        help="exponent of the step size under visits",
        when={"alpha_schedule": ("visits",)},
    )
    initial: float = knob(0.01, low=0.0, high=1e6, help="Q starts uniform in [0, initial)")
    schedule: str = knob(
        "decay",
        choices=("decay", "stages"),
        help="decay: epsilon falls geometrically over epsilon_rounds; stages: after 60 and 80 % of epsilon_rounds "
        "alpha and gamma fall by 0.1 each, epsilon to a hundredth and a thousandth",
        source="Esmaeili2022, Section 5: 1,000,000 rounds from alpha 0.9, gamma 0.3, epsilon 0.5",
    )


AT = QLearningSettings.positions()
SCHEDULE, ALPHA_SCHEDULE = map(QLearningSettings.numbers_of, ("schedule", "alpha_schedule"))


@rule
def stage(settings, t):
    """Stages of the schedule completed before round ``t``: 0, 1 or 2; 0 without stages."""
    if settings[AT.schedule] != SCHEDULE.stages:
        return 0
    rounds = settings[AT.epsilon_rounds]
    return int(t >= 0.6 * rounds) + int(t >= 0.8 * rounds)


@rule
def exploration(settings, t):
    """Share of random actions in round ``t``: epsilon falls geometrically to epsilon_final, and never rises.

    With stages it falls in two steps instead.
    """
    start, final, rounds = settings[AT.epsilon], settings[AT.epsilon_final], settings[AT.epsilon_rounds]
    if settings[AT.schedule] == SCHEDULE.stages:
        return start * STAGE_EPSILON[stage(settings, t)]
    if rounds == 0.0 or start <= final:
        return start
    if t >= rounds:
        return final
    return start * (max(final, 1e-12) / start) ** (t / rounds)


@kernel(CHOOSE)
def choose(memory, settings, t, states, chance, explore, actions):
    """Draw a random action with probability epsilon, otherwise take the best one (the first of equals)."""
    epsilon = exploration(settings, t) if explore else 0.0
    for i in range(memory.shape[0]):
        if chance[i, 0] < epsilon:
            actions[i] = int(chance[i, 1] * memory.shape[3])
        else:
            actions[i] = int(memory[i, BEST, natural(states[i]), ACTION])


@rule
def refresh_best(row, noted, action):
    """Update what is ``noted`` of a state after the value of ``action`` in its ``row`` has changed.

    A row is searched only if its best value has fallen to what another may have, which makes rounds cheap: in most of
    them it falls or rises, and stays the best.
    """
    best, value = int(noted[ACTION]), row[natural(action)]
    if action == best:
        if row.shape[0] > 1 and value <= noted[RIVAL]:
            note_best(row, noted)
    elif value > row[natural(best)] or (value == row[natural(best)] and action < best):
        noted[ACTION], noted[RIVAL] = action, row[natural(best)]
    elif value > noted[RIVAL]:
        noted[RIVAL] = value


@rule
def note_best(row, noted):
    """Note the best action of at least two, and the value of the second."""
    best = first_of_largest(row)
    value = row[best]
    row[best] = -np.inf
    noted[ACTION], noted[RIVAL] = best, row[first_of_largest(row)]
    row[best] = value


@kernel(LEARN)
def learn(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """Q(s, a) += alpha (r + gamma max Q(s', .) - Q(s, a)) [Esmaeili2021, Eqs. 3.3-3.4]."""
    fallen = STAGE_STEP * stage(settings, t)
    alpha, gamma = max(settings[AT.alpha] - fallen, 0.0), max(settings[AT.gamma] - fallen, 0.0)
    by_visits = settings[AT.alpha_schedule] == ALPHA_SCHEDULE.visits
    exponent = settings[AT.alpha_exponent]
    for i in range(memory.shape[0]):
        state, action, following = states[i], actions[i], next_states[i]
        if by_visits:
            memory[i, VISITS, state, action] += 1.0
            alpha = memory[i, VISITS, state, action] ** -exponent
        best_value = memory[
            i, VALUE, natural(following), natural(int(memory[i, BEST, natural(following), ACTION]))
        ]
        row = memory[i, VALUE, natural(state)]
        row[natural(action)] += alpha * (rewards[i] + gamma * best_value - row[natural(action)])
        refresh_best(row, memory[i, BEST, natural(state)], action)


@kernel(PREFER)
def prefer(memory, states, actions):
    """The best known action of the state, which is noted already."""
    for i in range(memory.shape[0]):
        actions[i] = int(memory[i, BEST, natural(states[i]), ACTION])


@LEARNERS.register("q_learning")
class QLearning(Learner):
    """Learns the value of each action in each state and plays the best one, except when it explores."""

    Settings = QLearningSettings
    layers = 3
    table_label = "Q-value"
    choose = choose
    learn = learn
    prefer = prefer

    def start(self, rng):
        """Set small random values, so that no action is favoured by its position."""
        values = self.memory[:, VALUE]
        for of_one in values:
            rng.random(out=of_one)
        values *= self.settings.initial
        noted = self.memory[:, BEST]
        noted[..., RIVAL : RIVAL + 1] = self.settings.initial  # none is larger
        noted[..., ACTION] = values.argmax(-1)
