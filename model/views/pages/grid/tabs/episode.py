"""Episode: the world, the book and every number of the grid at any step of an episode, played or recorded."""

import base64
from dataclasses import dataclass
from typing import Any

import solara

from model.views.fields import MOST_UPLOAD, ChoiceField, ChoiceFields, FileUpload, NumberTable, Problem
from model.views.live.background import use_news
from model.views.live.live_chart import LiveChart
from model.views.pages.base import tab
from model.views.pages.grid.charts.episode_lines import (
    DRAWINGS,
    PUBLIC,
    PUBLIC_DRAWINGS,
    QUANTITIES,
    public_path,
    quantity_paths,
)
from model.views.pages.grid.charts.map import depth_rows, draw_book, draw_world, map_rows
from model.views.pages.grid.charts.reasons import (
    allocation_rows,
    draw_allocations,
    draw_reasons,
    reason_rows,
)
from model.views.pages.grid.replay_run import ReplayRun, snapshots_fit
from model.views.pages.grid.tabs.tables import columns_of, enterprise_table, government_table
from model.views.pages.place import PlaceSlider
from model.views.parts import Div, Text

ABOUT = (
    "Go back to any step of the present episode, of the last whole one, or of a recorded file: JSON, plain or "
    "gzip'd, in the form of the source's simulator, which carbon run grid --record FILE writes too. "
    "A recorded file is replayed by the rules, and all its numbers are compared with theirs."
)
KEPT = "episode of the grid"
REPLAY = "replay of a recorded episode"
PRESENT, WHOLE, FILE = "present", "whole", "file"


@dataclass(eq=False)  # never equal: snapshots hold arrays, and what is drawn from them may have grown
class Episode:
    """An episode to look at: its name in titles, its parameters, and snapshots, entry k after k steps."""

    label: str
    params: Any
    shots: list


def record_on_page(model):
    """Record the episodes of a model of the page, unless they are too large to keep."""
    if snapshots_fit(model.params, episodes=2):
        model.start_recording()


@tab(title="Episode", system="grid", prepare=record_on_page)
@solara.component
def EpisodeTab(desk):
    """Choice of the episode, the slider over its steps, and the world at that step."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    replay = desk.part(REPLAY, lambda: ReplayRun(desk.folder.name))
    use_news(replay)
    kept = {"source": PRESENT, "at": None} | desk.kept.value.get(KEPT, {})

    def keep(**changed):
        desk.keep(KEPT, kept | changed)

    sources = sources_of(desk, replay)
    source = kept["source"] if kept["source"] in sources else PRESENT
    Text(ABOUT, classes=["lead"])
    # the replay stays the same object while it goes on, so its progress is passed as text
    Chooser(desk, replay, sources, source, keep, replay_text(replay) if source == FILE else "")
    if replay.error:
        Problem(replay.error)
    episodes = episodes_of(desk, replay, source)
    if not episodes:
        return Text(text_without_episode(source, replay), classes=["lead"])
    last = min(len(episode.shots) for episode in episodes) - 1
    at = last if kept["at"] is None else min(kept["at"], last)
    # a view at the end of an episode under way follows it
    PlaceSlider(value=at, last=last, event_moved=lambda k: keep(at=None if k >= last else k))
    with Div(classes=["cards"]):
        for place, part in enumerate((World, Quantities, Book, PublicNumbers, Given, Reasons)):
            for episode in episodes:
                part(desk, episode, at).key(f"{place} {episode.label}")
    for episode in episodes:
        EnterpriseTable(episode, at)
        GovernmentTable(episode, at)


def text_without_episode(source, replay):
    """Text shown when there is no episode to look at."""
    if source == FILE:
        return (replay.queue_text or "The file is being read.") if replay.running else "Choose another file."
    return "Episodes with these parameters are too large to keep: lower the episode's length or the grid."


@solara.component
def Chooser(desk, replay, sources, source, keep, state):
    """Choice of the episode, the button to load a file, and the state of its replay."""

    def load(file):
        keep(source=FILE, at=None)
        replay.start(file["name"], base64.b64decode(file["data"]))

    with Div(classes=["chooser"]):
        ChoiceField(
            label="episode",
            options=[{"value": name, "text": title} for name, title in sources.items()],
            value=source,
            event_change=lambda name: keep(source=name, at=None),
        )
        FileUpload(
            label="Load a recorded episode",
            most_bytes=MOST_UPLOAD,
            accept=".json,.gz,application/json,application/gzip",
            event_loaded=load,
            event_refused=replay.refuse,
        )
        if state:
            Text(state, classes=["sweep__state"])


def sources_of(desk, replay):
    """Episodes that can be shown: name -> label."""
    sources = {PRESENT: "present episode of this run"}
    with desk.run.reading():
        recorder = desk.run.model.recorder
        if recorder is not None and recorder.has_finished:
            sources[WHOLE] = "last whole episode of this run"
    if replay.name and not (replay.error and not replay.shots):
        sources[FILE] = replay.name
    return sources


def episodes_of(desk, replay, source):
    """The episodes of a source: one, or one for each model compared."""
    if source == FILE:
        return [Episode(replay.name, replay.params, list(replay.shots))] if replay.shots else []
    with desk.run.reading():
        return [
            Episode(label if len(desk.run.models) > 1 else "", model.params, list(shots_of(model, source)))
            for label, model in desk.run.models.items()
            if model.recorder is not None
        ]


def shots_of(model, source):
    """Snapshots of the present episode of a model, or of its last whole one."""
    recorder = model.recorder
    return recorder.finished if source == WHOLE and recorder.has_finished else recorder.shots


def replay_text(replay):
    """Progress of the replay, and whether the file's numbers agree with the rules."""
    done = max(len(replay.shots) - 1, 0)
    if not replay.total:
        return "reading"
    agreeing = f"{replay.agreeing:,} of {done:,} steps agree with the rules"
    if replay.first:
        return f"{agreeing}; the page shows the replay, not the file. First difference: {replay.first}"
    return f"{agreeing} in every number" + (f", {replay.total - done:,} to come" if replay.running else "")


def titled(title, episode):
    """A card's title, with the name of the episode if there are several."""
    return f"{title}: {episode.label}" if episode.label else title


@solara.component
def World(desk, episode, at):
    """The world after step ``at``."""
    title = titled("The world", episode)
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw_world, map_rows(episode.shots[at]), label=title)
        Text(
            "Discs: enterprises, larger ones are bigger. Coloured cells: properties of the enterprise of that "
            "colour. G: the government.",
            classes=["card__help"],
        )


@solara.component
def Book(desk, episode, at):
    """The order book after step ``at``."""
    title = titled("Order book", episode)
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw_book, depth_rows(episode.shots[at], episode.params.max_price), label=title)
        Text("Open orders at each price, one permit each.", classes=["card__help"])


def chosen_of(desk, name, options):
    """The user's choice, or the first of the options."""
    label = desk.chosen.value.get(name)
    return label if label in options else next(iter(options))


@solara.component
def Quantities(desk, episode, at):
    """A quantity of all enterprises over the episode, with a line at the step of the map."""
    options, title = {"quantity": QUANTITIES}, titled("Enterprises over the episode", episode)
    label = chosen_of(desk, "quantity", QUANTITIES)
    data = {"paths": quantity_paths(episode.shots, QUANTITIES[label]), "now": [{"period": at}]}
    with Div(classes=["card"]):
        with Div(classes=["card__head"]):
            Text(title, classes=["card__title"])
            ChoiceFields(desk, options)
        LiveChart(DRAWINGS[label], data, label=title)
        Text("The upright line is the step that the map shows.", classes=["card__help"])


@solara.component
def PublicNumbers(desk, episode, at):
    """A number of the government over the episode."""
    options, title = {"number": PUBLIC}, titled("Government and market over the episode", episode)
    label = chosen_of(desk, "number", PUBLIC)
    data = {"path": public_path(episode.shots, PUBLIC[label]), "now": [{"period": at}]}
    with Div(classes=["card"]):
        with Div(classes=["card__head"]):
            Text(title, classes=["card__title"])
            ChoiceFields(desk, options)
        LiveChart(PUBLIC_DRAWINGS[label], data, label=title)


@solara.component
def Given(desk, episode, at):
    """Permits given in every period up to step ``at``."""
    title = titled("Permits given to whom and when", episode)
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw_allocations, allocation_rows(episode.shots[: at + 1], episode.params), label=title)
        Text("A triangle: the enterprise had missed permits until then.", classes=["card__help"])


@solara.component
def Reasons(desk, episode, at):
    """Probabilities of one enterprise's actions in the step."""
    shot, title = episode.shots[at], titled("Why an enterprise acted so", episode)
    if not len(shot.weighed):
        return
    firms = {f"enterprise {i + 1}": i for i in range(len(shot.firms))}
    firm = firms[chosen_of(desk, "enterprise", firms)]
    with Div(classes=["card"]):
        with Div(classes=["card__head"]):
            Text(title, classes=["card__title"])
            ChoiceFields(desk, {"enterprise": firms})
        LiveChart(draw_reasons, reason_rows(shot, firm, episode.params.max_price), label=title)
        Text(
            "Learned enterprises draw an action in every step; the dark one was drawn. Prices of bids and of asks "
            "are added up.",
            classes=["card__help"],
        )


@solara.component
def EnterpriseTable(episode, at):
    """Table of every enterprise after step ``at``, with its choice in that step."""
    with Div(classes=["card", "card--wide"]):
        Text(titled("Enterprises after this step", episode), classes=["card__title"])
        NumberTable(
            head=["enterprise", "action", *columns_of(episode.params).values()],
            rows=enterprise_table(episode.shots[at], episode.params),
        )


@solara.component
def GovernmentTable(episode, at):
    """Table of the government after step ``at``."""
    with Div(classes=["card", "card--wide"]):
        Text(titled("Government after this step", episode), classes=["card__title"])
        NumberTable(head=["number", "value"], rows=government_table(episode.shots[at], episode.params))
