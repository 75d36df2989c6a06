"""What a person's rounds in a seat brought, beside those of whoever decides without a person."""

from model.seats.words import euros

SHOWN = 0.005
"""Difference, €, below which two amounts are alike to a reader."""


def summary_of(rounds, stand_in):
    """Totals of all rounds, and where the difference to the ``stand_in`` came from.

    {rounds, profit, learner, best, sentence, because, parts}; best : what the best reply of each round would have
    brought, added up, None if one of them was not looked for; parts : list of {name, profit, learner} that add up to
    the profits, largest difference first.
    """
    profit, learner = (sum(getattr(each, name) for each in rounds) for name in ("profit", "learner"))
    replies = [each.best_reply for each in rounds]
    parts = parts_of(rounds)
    return {
        "rounds": len(rounds),
        "profit": profit,
        "learner": learner,
        "best": None if None in replies else sum(each["profit"] for each in replies),
        "sentence": compared(len(rounds), profit, learner, stand_in),
        "because": because(parts, profit - learner, stand_in),
        "parts": parts,
    }


def parts_of(rounds):
    """Parts of the profits of all rounds, those that differ most first; those of nobody are left out."""
    names = dict.fromkeys(name for each in rounds for name in each.parts)
    parts = [
        {
            "name": name,
            "profit": sum(each.parts[name] for each in rounds),
            "learner": sum(each.learner_parts[name] for each in rounds),
        }
        for name in names
    ]
    shown = [part for part in parts if max(abs(part["profit"]), abs(part["learner"])) >= SHOWN]
    return sorted(shown, key=lambda part: -abs(part["profit"] - part["learner"]))


def compared(rounds, profit, learner, stand_in):
    """Both totals in words."""
    count = "one round" if rounds == 1 else f"{rounds} rounds"
    start = f"In {count} you earned {euros(profit)}"
    gap = profit - learner
    if abs(gap) < SHOWN:
        return f"{start}, as much as the {stand_in} in your place."
    than = "more" if gap > 0.0 else "less"
    return f"{start}, {euros(abs(gap))} {than} than the {stand_in} in your place ({euros(learner)})."


def because(parts, gap, stand_in):
    """The part, or the two, that made most of the difference, in words; "" if there is none."""
    differences = [(part["name"], part["profit"] - part["learner"]) for part in parts]
    told = [(name, each) for name, each in differences if abs(each) >= max(SHOWN, 0.1 * abs(gap))][:2]
    if abs(gap) < SHOWN or not told:
        return ""
    words = " and ".join(f"{name} ({'+' if each > 0.0 else ''}{euros(each)})" for name, each in told)
    return f"Where the difference to the {stand_in} came from: mostly {words}."
