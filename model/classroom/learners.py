"""Learners in the place of a class: `learning_bidders` played on the values that the class had."""

import numpy as np

from model.classroom.private_values import largest_value
from model.systems.learning_bidders import LearningBidders

PERIODS, LAST = 5000, 200
"""Auctions in which learners learn, and those after it, without experiments, that are measured."""


class SeatedBidders(LearningBidders):
    """`LearningBidders` with one firm per seat, which emits a tonne per unit and earns the seat's value with it.

    Its secondary market stays empty, as a class has none: it trades by what firms say permits are worth to them, and
    here all say the same.
    """

    def __init__(self, facts, **others):
        self.facts = facts
        super().__init__(**others)

    def firm_facts(self):
        """Products that earn the value of a permit."""
        values = self.facts["values"]
        ones = np.ones(len(values))
        return {
            "selling_price": 1.0 + values,
            "unit_cost": ones,
            "emission_intensity": ones,
            "full_output": self.facts["permits"] * ones,
        }

    def apply_policy(self):
        """Derive the cap and the range of bids, and let permits be worth the same to all after the auction."""
        super().apply_policy()
        self.setup = self.setup._replace(worth=np.ones(len(self.firms)))


def seat_learners(facts, learner, seed):
    """Make the market of ``facts`` and let the learners learn in it.

    facts : values float64[n], €/t, one per seat; permits : t, that each can use; supply : t; reserve_price : €/t;
    auction : format. Returns the model and the rows of government and firms in the auctions read out.
    """
    values, most = facts["values"], facts["permits"] * len(facts["values"])
    model = SeatedBidders(
        facts,
        rng=seed,
        phi=facts["supply"] / most,
        auction=facts["auction"],
        reserve_price=facts["reserve_price"],
        learner=learner,
        exchange="voluntary",
        price_steps=21,
        volume_steps=1,
        volume_factor=1.0,
        n_firms=min(len(values), 200),
    )
    model.advance(PERIODS)
    return model, *model.read_out(LAST)


def learned_bids(facts, learner, seed):
    """Price, float64[n], €/t, that the learner of each seat bids at the end for all its permits."""
    _, _, firms = seat_learners(facts, learner, seed)
    wants = firms.bid_volume[-1] > 0.0
    return np.where(wants, firms.bid_price[-1], 0.0)


def play_learning_bidders(facts, learner, seed):
    """Mean measures of the learners' auctions, named as those of a class, with the competitive numbers it had too."""
    _, government, firms = seat_learners(facts, learner, seed)
    values = np.repeat(facts["values"][:, None], facts["permits"], axis=1)
    best = largest_value(values, facts["supply"])
    made = float((firms.award * facts["values"]).sum(axis=1).mean())
    paid = float(firms.auction_payment.sum(axis=1).mean())
    sold = float(firms.award.sum(axis=1).mean())
    numbers = {
        "price": (paid / sold if sold else float(government.clearing_price.mean()), "€/permit"),
        "efficiency": (made / best if best else 1.0, "share"),
        "revenue": (paid, "€"),
        "profit": (made - paid, "€"),
        "sold": (sold, "permits"),
    }
    return {name: {"value": value, "unit": unit, "theory": None} for name, (value, unit) in numbers.items()}
