"""Taking a seat in a market, and playing the rounds of a record again."""

from model.base import SYSTEMS
from model.seats.base import SEATS


def take_seat(model, firm=1):
    """Take the place of a firm, numbered from 1, in a model of a system with a seat; ValueError if there is none.

    The model may have been played before, so that its learners have a head start.
    """
    kind = SEATS[model.name]
    most = kind.places(model)
    if not (isinstance(firm, int) and 1 <= firm <= most):
        raise ValueError(f"firm = {firm!r}: must be a whole number from 1 to {most}")
    return kind(model, firm)


def play_again(record):
    """Take a seat as `Seat.record` describes it and submit the same decisions: to the same bits."""
    model = SYSTEMS[record["system"]](rng=record["seed"], **record["parameters"])
    model.advance(record["head_start"])
    seat = take_seat(model, record["firm"])
    for decision in record["decisions"]:
        seat.submit(decision)
    return seat
