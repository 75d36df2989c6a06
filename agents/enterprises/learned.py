"""Enterprises that act as they have learned to in a training: one small network for all of them [Wang2024, 3.3].

They draw their actions: the likeliest ones are worse, because investments that keep the technology up are rare.
"""

import numpy as np

from agents.enterprises.bids import MARKDOWNS, bid_worth_of_all, mark_down_all
from agents.enterprises.choices import choices_for
from agents.enterprises.compact import COMPACT, Law, sense_all
from agents.enterprises.heuristic import HeuristicSettings
from agents.enterprises.policies import ENTERPRISE_POLICIES, EnterprisePolicy
from agents.enterprises.worth import Facts
from agents.trained import LearnedSettings
from learning.categories import draw_choices
from learning.knobs import ParameterError

USUAL = HeuristicSettings()
"""Where permits are sold, learned enterprises bid what a permit is worth to the heuristic's usual settings."""


def law_from(market):
    """Return the `Law` of a market's parameters by flat name."""
    return Law(**{name: market[name] for name in Law._fields if name in market}, activity=USUAL.activity)


def facts_from(market):
    """Return the `Facts` by which learned enterprises value permits, from a market's parameters by flat name."""
    return Facts(**{name: market[name] for name in Facts._fields if name in market} | USUAL.values())


def sense(seen, law):
    """Return the compact senses of all enterprises, float32[worlds, n, `COMPACT`]; seen : `Seen`."""
    compact = np.empty((*seen.flat.shape[:2], COMPACT), np.float32)
    sense_all(*seen, law, compact)
    return compact


@ENTERPRISE_POLICIES.register("learned")
class Learned(EnterprisePolicy):
    """Acts, and bids in auctions of permits, as a training has taught it.

    Policies without learned bids bid what permits are worth, as the heuristic does.
    """

    Settings = LearnedSettings

    def __init__(self, settings, network=None, bids=None):
        """``network``, ``bids``: the policies of actions and of bids, in place of those in the settings' file."""
        super().__init__(settings)
        self.network = network or settings.network("enterprises")
        self.bids = bids if network else settings.network("bids")

    def learn_parameters(self, market):
        """Learn the law. ParameterError if actions are others than those of the training."""
        super().learn_parameters(market)
        self.law = law_from(market)
        self.facts = facts_from(market)
        self.choices = self._choices(self.law.max_price, market["order_and_act"])

    def _choices(self, max_price, order_and_act):
        """Return what the network chooses; ParameterError where the market has other actions."""
        outputs, problem = self.network.widths[-1], "the enterprises were trained with"
        for beside in (False, True):
            choices = choices_for(max_price, beside)
            if choices.outputs == outputs and beside <= order_and_act:
                return choices
            if choices.outputs == outputs:
                raise ParameterError(f"order_and_act = {order_and_act}: {problem} order_and_act = True")
        raise ParameterError(f"max_price = {max_price} coins/t: {problem} {outputs} outputs for other prices")

    def act(self, seen, chance):
        """Actions drawn from the network's probabilities."""
        worlds, n = chance.shape[:2]
        senses, allowed = sense(seen, self.law).reshape(worlds * n, -1), seen.mask.reshape(worlds * n, -1)
        return self.choices.draw(self.network, senses, allowed, chance.reshape(-1, 2)).reshape(worlds, n)

    def weigh(self, seen):
        """Probabilities from which `act` draws."""
        senses = sense(seen, self.law)
        each = [
            self.choices.weigh(self.network, senses[w, i], seen.mask[w, i])
            for w in range(len(senses))
            for i in range(senses.shape[1])
        ]
        return np.array(each).reshape(seen.mask.shape)

    def bid(self, seen, chance, bids):
        """Bid the worth of each further permit, marked down as learned by ``chance``."""
        bid_worth_of_all(seen.flat, seen.labour, self.facts, bids)
        if self.bids is not None:
            senses, u = sense(seen, self.law).reshape(-1, COMPACT), chance.reshape(-1, 2)
            every = np.ones((len(u), sum(MARKDOWNS)), np.int8)
            mark_down_all(bids, draw_choices(self.bids, MARKDOWNS, senses, every, u))


def learned_policy(params, network, bids=None):
    """Return learned enterprises that know the parameters; ``network``, ``bids``: as for `Learned`."""
    policy = Learned(params.parts["learned"], network, bids)
    policy.learn_parameters(params.everything())
    return policy
