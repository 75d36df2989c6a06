"""Play a firm: a person takes a firm's place among learners, decides round by round, and sees what it brought."""

from collections.abc import Callable

import numpy as np
import solara

from model.classroom.base import SubmissionError, picture
from model.seats import SEATS
from model.seats.forms import choice_field, number_field, read_fields
from model.seats.words import amount
from model.views.fields import NumberTable, Problem
from model.views.live.background import use_news
from model.views.live.seat_run import SeatRun
from model.views.parts import Div, Text
from model.views.picture_chart import Picture
from model.views.presentation import words

KEPT = "seat"
MOST_HEAD_START = 100_000
"""Longest head start on a page, periods."""
WHOLE = 1_000.0
"""Number from which on decimals are not shown."""
ABOUT = (
    "Take the place of one firm. You see what the firm sees and decide for it; all others act as they do without you. "
    "A twin of this market, with the same random numbers, shows what is earned in your place without you. The market "
    "above rests while you play."
)


@solara.component
def Play(desk):
    """The choice of a seat, or the seat that was taken."""
    run = desk.part(KEPT, SeatRun)
    use_news(run)
    state = run.state
    if run.error:
        Problem(f"The market has failed: {run.error}")
    if state.left:
        Summary(state.left)
    if state.shown is None:
        Choice(desk, run, run.running, run.queue_text, state.played)
    else:
        AtTheTable(run, state.shown, state.problems, run.running, run.queue_text)


@solara.component
def Choice(desk, run, busy, waiting, played):
    """Firm and head start, and the button to sit down; while the others learn, how far they are."""
    desk.tick.value  # noqa: B018 - read to be drawn again with another run
    problems, set_problems = solara.use_state({})
    form = desk.run.look(choice_fields, desk.kept.value.get(KEPT, {}))

    def sit_down(values):
        try:
            read = read_fields(form, values)
        except SubmissionError as error:
            return set_problems(error.problems)
        set_problems({})
        desk.run.pause()
        desk.keep(KEPT, read)
        market = desk.run.look(lambda model: (model.params, model.seed))
        run.take(desk.kind, *market, int(read["firm"]), int(read["head_start"]))

    Text(ABOUT, classes=["lead"])
    with Div(classes=["seat__card", "seat__card--narrow"]):
        form_of("Take a seat", form, problems, 0, busy, "Sit down", sit_down)
        if busy:
            wanted, period = run.state.wanted, words(desk.kind, "period")
            solara.ProgressLinear(value=100.0 * played / wanted if wanted else True)
            done = f"{played:,} of {wanted:,} {period} played" if wanted else "The market is being set up …"
            Text(waiting or done, classes=["sweep__state"])
            solara.Button("Cancel", on_click=run.leave, outlined=True)


def choice_fields(model, kept):
    """Fields for a seat in the market of a ``model``; kept : what was chosen before, by field."""
    kind = SEATS[model.name]
    names, shares = model.firm_names[: kind.places(model)], kind.shares(model)
    texts = [
        f"{name} ({share:.2g} %)" if kind.shares_of else name
        for name, share in zip(names, 100.0 * np.array(shares), strict=True)
    ]
    of = f"; in brackets its share of all {kind.shares_of}" if kind.shares_of else ""
    firms = {str(number): text for number, text in enumerate(texts, 1)}
    chosen = kept.get("firm", "")
    chosen = chosen if chosen in firms else str(middling(shares))
    start = kept.get("head_start", kind.usual_head_start)
    period = words(model, "period")
    place = f"whose place you take{of}"
    about = f"{period} that the others play before you sit down"
    return [
        choice_field("firm", "Your firm", firms, chosen, place),
        number_field("head_start", "Head start", period, 0, MOST_HEAD_START, start, about, step=1),
    ]


def middling(shares):
    """Number of the firm, from 1, with the middle one of these shares; of equal ones the first."""
    middle = sorted(shares)[len(shares) // 2]
    return list(shares).index(middle) + 1


@solara.component
def AtTheTable(run, shown, problems, busy, waiting):
    """What happened, what is known, the decision, and how it has gone so far."""
    with Div(classes=["seat"]):
        with Div(classes=["seat__decide"]), Div(classes=["seat__card"]):
            Where(shown)
            Facts("Only you know", shown.facts)
            Facts("Everybody knows", shown.public["facts"])
            title = f"Round {shown.round}"
            form_of(title, shown.form, problems, shown.step, busy, shown.asks, run.submit)
            with Div(classes=["seat__buttons"]):
                solara.Button(
                    f"Let the {shown.stand_in} decide",
                    on_click=run.let_learner_decide,
                    outlined=True,
                    disabled=busy,
                )
                solara.Button("Leave the seat", on_click=run.leave, text=True)
                if waiting:
                    Text(waiting)
        if shown.outcome is None:
            Text("What happened will stand here after your first round.", classes=["lead", "seat__last"])
        else:
            LastRound(shown)
            SoFar(shown)


@solara.component
def Where(shown):
    """Whose seat it is, where the market stands, and how large amounts are."""
    first, _, rest = shown.public["sentence"].partition(". ")
    solara.v.Html(tag="h3", children=[f"You are {shown.name}. {first.removesuffix('.')}."])
    if rest:
        solara.v.Html(tag="p", class_="seat__news", attributes={"role": "status"}, children=[rest])
    elif shown.times > 1.0 and shown.round == 1:
        size = f"Amounts are {shown.times:,.0f} times those of the page above, so that you count in whole permits"
        solara.v.Html(tag="p", class_="seat__news", children=[f"{size}; prices are the same."])


def form_of(title, fields, problems, number, busy, label, submit):
    """Show a form; number : at another one it begins anew."""
    SeatForm(
        title=title,
        prefix="seat",
        fields=fields,
        problems=problems,
        number=number,
        busy=busy,
        submit_label=label,
        event_submit=submit,
    )


@solara.component_vue("seat_form.vue", vuetify=False)
def SeatForm(
    title: str,
    prefix: str,
    fields: list,
    problems: dict,
    number: int,
    busy: bool,
    submit_label: str,
    event_submit: Callable = None,
):
    """A form of fields as `model.seats.forms` describes them; event_submit gets the texts filled in, by field."""


@solara.component
def Facts(title, facts):
    """Facts below a title, as a list of terms."""
    solara.v.Html(tag="h4", children=[title])
    with solara.v.Html(tag="dl", class_="seat__facts"):
        for each in facts:
            with Div(classes=["seat__fact"]):
                solara.v.Html(tag="dt", children=[each["label"]])
                solara.v.Html(tag="dd", children=[value_text(each)])
                if each["help"]:
                    solara.v.Html(tag="dd", class_="seat__help", children=[each["help"]])


def value_text(fact):
    """Value of a fact with its unit."""
    value = fact["value"]
    if not isinstance(value, str):
        value = f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:,.4g}"
    return f"{value} {fact['unit']}".strip()


@solara.component
def LastRound(shown):
    """Sentences and picture of the last round."""
    outcome = shown.outcome
    with Div(classes=["seat__card", "seat__last"], attributes={"role": "status"}):
        solara.v.Html(tag="h3", children=[f"Round {shown.round - 1}"])
        Text(outcome["sentence"], classes=["seat__sentence"])
        with Div(classes=["numbers"]):
            Number("You", outcome["profit"])
            Number("Best reply", outcome["best_reply"]["profit"])
            Number(f"{shown.stand_in.capitalize()} in your place", outcome["learner"])
        for text in (outcome["own"], outcome["best_reply"]["sentence"], outcome["learner_sentence"]):
            if text:
                Text(text)
        Picture(outcome["picture"])


@solara.component
def SoFar(shown):
    """What the person and the firm without one have earned, round by round."""
    names = ("profit", "best", "learner")
    rows = [[str(k), *(amount(each[name]) for name in names)] for k, each in enumerate(shown.rounds, 1)]
    with Div(classes=["seat__card", "seat__so-far"]):
        solara.v.Html(tag="h3", children=["So far"])
        with Div(classes=["numbers"]):
            Number("You, all rounds", shown.outcome["total"])
            Number(f"{shown.stand_in.capitalize()}, all rounds", shown.outcome["learner_total"])
        Picture(totals(shown.rounds, shown.stand_in))
        with Div(classes=["scrolled"]):
            NumberTable(head=["round", "you, €", "best reply, €", f"{shown.stand_in}, €"], rows=rows[::-1])
        Text(shown.about, classes=["card__help"])


@solara.component
def Summary(left):
    """What the rounds in a seat that was left have brought, and where the difference to the stand-in came from."""
    told, stand_in = left.summary, left.stand_in.capitalize()
    rows = [
        [part["name"], *map(amount, (part["profit"], part["learner"], part["profit"] - part["learner"]))]
        for part in told["parts"]
    ]
    with Div(classes=["seat__card", "seat__summary"], attributes={"role": "status"}):
        solara.v.Html(tag="h3", children=[f"You have left the seat of {left.name}"])
        Text(told["sentence"], classes=["seat__sentence"])
        with Div(classes=["numbers"]):
            Number("You", told["profit"])
            if told["best"] is not None:
                Number("Best reply of each round", told["best"])
            Number(f"{stand_in} in your place", told["learner"])
        Text(told["because"])
        with Div(classes=["scrolled"]):
            NumberTable(head=["", "you, €", f"{left.stand_in}, €", "difference, €"], rows=rows)
        Text(left.about, classes=["card__help"])


@solara.component
def Number(label, value):
    """An amount on a card."""
    with Div(classes=["number"]):
        Text(label, classes=["number__label"])
        with Div():
            Text(amount(value), classes=["number__value"])
            Text(" €", classes=["number__unit"])


def totals(rounds, stand_in):
    """Picture of what the person and the ``stand_in`` have earned up to each round."""
    series = []
    for name, key, role in (("you", "profit", "mine"), (f"{stand_in} in your place", "learner", "theory")):
        points, total = [[0, 0.0]], 0.0
        for number, each in enumerate(rounds, 1):
            total += each[key]
            points.append([number, total])
        series.append({"name": name, "points": points, "role": role})
    return picture("lines", "Earned so far", "round", "€", series)
