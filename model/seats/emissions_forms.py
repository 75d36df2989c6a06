"""The form of a quarter's decisions in a market over years, and what was decided in words."""

from model.seats.forms import FieldError, choice_field, number_field, read_fields, rounded_up
from model.seats.schedules import bid_in_words, read_schedule, schedule_fields, steps_of
from model.seats.words import euros, price_text, tonnes
from model.systems.emissions_trading.plans import highest_price

TRADES = {
    "plan": "as planned",
    "none": "do not trade",
    "buy": "buy",
    "sell": "sell",
}
"""What to do on the exchange, in words."""
JUST_BEYOND = 1.1
"""Limit of an order that is suggested / the price that the firm reckons with."""

AS_PLANNED = {
    "trade": "plan",
    "trade_volume": None,
    "trade_limit": None,
    "abate_price": None,
    "project_price": None,
}
"""What is not decided, and left to the firm's behaviour."""
SANE = 10.0
"""Most permits that a person may bid for or order / what all firms emit in a year."""


def bid_fields(market, planned):
    """Fields of the auction; planned : the bid, as fields, that is made if all stay empty."""
    price = rounded_up(highest_price(market.room))
    return schedule_fields(market.params.bid_steps, price, most_volume(market), {}, planned=planned)


def later_fields(market, own):
    """Fields of what comes after the auction: exchange, abatement, projects; own : `OwnFacts`."""
    price = rounded_up(highest_price(market.room))
    exchanged = not market.setup.taxed and market.params.exchange != "none"
    fields = exchange_fields(market, own, price) if exchanged else []
    avoided, cost = own.abated()
    help = "you avoid every tonne that costs less"
    if not market.setup.taxed:
        pays = f"up to {price_text(own.price)} that is {tonnes(avoided)} for {euros(cost)}"
        help += f"; empty: up to the price of permits; {pays}"
    planned = f"{own.price:.2f}" if market.setup.taxed else f"about {own.price:.2f}"
    more = {"optional": True, "planned": planned}
    fields.append(number_field("abate_price", "Abate up to", "€/t", 0.0, price, None, help, **more))
    owned = market.room.projects.owner == own.row
    if (market.room.projects.works_from[owned] == float("inf")).any():
        help = "price at which a project must pay so that you begin it; 0: none"
        label, more["planned"] = "Begin projects that pay at", "what a permit is worth"
        fields.append(number_field("project_price", label, "€/t", 0.0, price, None, help, **more))
    return fields


def exchange_fields(market, own, price):
    """Fields of the order; price : the highest, €/t. What the plan does stands in its words."""
    trade, missing = own.planned_trade(), own.missing
    does = f"buy about {tonnes(trade)}" if trade > 0.0 else f"sell about {tonnes(-trade)}"
    about = f"{TRADES['plan']}: {does}"
    help = f"where firms trade what is left; as planned: at {price_text(own.price)}, less if the price is worse for you"
    suggested = own.price * (JUST_BEYOND if missing > 0.0 else 1.0 / JUST_BEYOND)
    more = {"optional": True, "when": {"field": "trade", "values": ["buy", "sell"]}}
    volume, limit = (rounded_up(each) for each in (abs(missing), min(suggested, price)))
    return [
        choice_field("trade", "On the exchange", TRADES | {"plan": about}, "plan", help),
        number_field(
            "trade_volume", "Volume", "t", 0.0, most_volume(market), volume, "to buy or to sell", **more
        ),
        number_field(
            "trade_limit", "Limit", "€/t", 0.0, price, limit, "the worst price that you accept", **more
        ),
    ]


def most_volume(market):
    """Most permits, t, that a person may bid for or order."""
    return rounded_up(SANE * market.setup.planned[0] * market.setup.quarters, 1)


def read_decision(market, form, values):
    """Decision of the form that was filled in, as planned where it does not ask; FieldError if it is wrong."""
    left_open = AS_PLANNED.items()
    given = {name: value for name, value in values.items() if (name, value) not in left_open}
    if market.setup.taxed:
        return AS_PLANNED | read_fields(form, given)
    steps, most = market.params.bid_steps, most_volume(market)
    read = AS_PLANNED | read_schedule(form, given, steps, most, may_be_empty=True)
    if read["trade"] in ("buy", "sell"):
        check_order(read)
    return read


def check_order(read):
    """FieldError if an order lacks its volume or its limit."""
    needed = {"trade_volume": "Volume: how many permits?", "trade_limit": "Limit: at which price at worst?"}
    problems = {name: text for name, text in needed.items() if read[name] is None}
    if problems:
        raise FieldError(problems)


def words_of_own(decision, bid_is_planned, taxed):
    """Which parts of a decision are the person's own, and which its firm planned: one sentence."""
    own, planned = [], []
    if not taxed:
        (planned if bid_is_planned else own).append("the bid")
        (planned if decision["trade"] == "plan" else own).append("trade on the exchange")
    (planned if decision["abate_price"] is None else own).append("abatement")
    if decision["project_price"] is not None:
        own.append("projects")
    told = f"Decided by you: {', '.join(own) or 'nothing'}."
    return f"{told} As your firm planned: {', '.join(planned)}." if planned else told


def words_of(decision, taxed, past):
    """A decision in words; past : whether somebody has made it."""
    parts = []
    if not taxed:
        steps = sum(name.startswith("volume_") for name in decision)
        parts = [bid_in_words(*steps_of(decision, steps)), words_of_order(decision, past)]
    if decision["abate_price"] is not None:
        parts.append(f"{'abated' if past else 'abate'} up to {price_text(decision['abate_price'])}")
    if decision["project_price"] is not None:
        parts.append(
            f"{'began' if past else 'begin'} projects that pay at {price_text(decision['project_price'])}"
        )
    if taxed and not parts:
        parts = ["abated as your firm plans" if past else "abate as your firm plans"]
    return ", ".join(part for part in parts if part)


def words_of_order(decision, past):
    """The order in words; "" where the firm traded as it plans."""
    if decision["trade"] == "plan":
        return ""
    if decision["trade"] == "none":
        return "traded nothing" if past else "trade nothing"
    verb = "ordered to" if past else "order to"
    limit = "no more than" if decision["trade"] == "buy" else "no less than"
    volume, price = tonnes(decision["trade_volume"]), price_text(decision["trade_limit"])
    return f"{verb} {decision['trade']} {volume} for {limit} {price}"
