"""Instance: draw or load chains, solve their plans with progress, play them in the run, download them."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import solara

from agents.supply_chains.data import Instance as ChainInstance
from agents.supply_chains.draws import PROBLEM_SETS
from agents.supply_chains.files import save_instance, write_csv
from agents.supply_chains.store import CurveStore
from model.systems.supply_chains.curves import instance_of
from model.views.fields import ChoiceField, NumberTable, Problem, upload_button
from model.views.pages.base import tab
from model.views.parts import Div, Text

ABOUT = (
    "Chains drawn as in the paper's Appendix B, or your own. Before they can take part in the market the least-cost "
    "plan of every chain is computed for all trading prices: a few dozen mixed-integer programs per chain, less "
    "than a second (small) to half a minute (s2). It is done once and kept on this computer."
)
KEPT = "instance"
SIZES = {
    name: f"{name}: {size.centres} centres, {size.warehouses} warehouses, {size.zones} zones, {size.periods} periods"
    for name, size in PROBLEM_SETS.items()
}


@dataclass(frozen=True)
class Chosen:
    """The chosen instance: its chains, and the parameters that define it."""

    instance: ChainInstance
    values: dict


@tab(title="Instance", system="supply_chains")
@solara.component
def Instance(desk):
    """Choose chains, see their data, solve them, play them."""
    desk.tick.value  # noqa: B018 - read to follow the progress
    chosen = desk.kept.value.get(KEPT)
    problem, set_problem = solara.use_state("")

    def take(values):
        try:
            params = desk.kind.Params.from_flat(desk.draft.peek() | values)
            desk.keep(KEPT, Chosen(instance_of(params), values))
        except ValueError as error:
            set_problem(desk.folder.hide(str(error)))
        else:
            set_problem("")

    Text(ABOUT, classes=["lead"])
    with Div(classes=["cards"]):
        Draw(desk, take)
        Load(desk, take, set_problem)
    if problem:
        Problem(problem)
    if chosen is None:
        Text("Draw or load chains to see them here.", classes=["lead"])
    else:
        Table(desk, chosen)


@solara.component
def Draw(desk, take):
    """Problem set, number of chains, seed."""
    draft = desk.draft.value
    size, set_size = solara.use_state(draft["problem_set"])
    count, set_count = solara.use_state(draft["n_chains"])
    seed, set_seed = solara.use_state(draft["instance_seed"])

    def draw():
        take(
            {
                "population": "drawn",
                "instance": "",
                "problem_set": size,
                "n_chains": count,
                "instance_seed": seed,
            }
        )

    with Div(classes=["card"]):
        Text("Draw chains", classes=["card__title"])
        ChoiceField(
            label="size of the chains",
            options=[{"value": name, "text": text} for name, text in SIZES.items()],
            value=size,
            event_change=set_size,
        )
        with Div(classes=["chooser"]):
            solara.InputInt("number of chains", value=count, on_value=set_count)
            solara.InputInt("seed of the chains", value=seed, on_value=set_seed)
            solara.Button("Draw", on_click=draw, color="primary")
        Text(
            "The same seed gives the same chains; chain 1 is the same for any number of chains. Draws whose demand "
            "no plan can meet are thrown away and counted.",
            classes=["card__help"],
        )


@solara.component
def Load(desk, take, show_problem):
    """Load the user's chains from a JSON or CSV file."""
    file = desk.knobs["instance"].file

    def loaded(name, data):
        try:
            path = desk.folder.keep(file, name, data)
        except (ValueError, OSError) as error:
            return show_problem(desk.folder.hide(str(error)))
        take({"population": "drawn", "instance": str(path)})

    with Div(classes=["card"]):
        Text("Load chains", classes=["card__title"])
        upload_button("Load from a JSON or CSV file", file, event_loaded=loaded, event_refused=show_problem)
        Text(
            "JSON as downloaded here. CSV: a number per row, with the columns chain, parameter, product, machine, "
            "centre, warehouse, zone, mode, period, value; download drawn chains as CSV for an example to edit.",
            classes=["card__help"],
        )


@solara.component
def Table(desk, chosen):
    """Table of the chains and the state of their plans, with the buttons."""
    desk.tick.value  # noqa: B018
    params = desk.kind.Params.from_flat(desk.draft.value | chosen.values)
    job = desk.preparation.job
    mine = job is not None and job.wanted == [params]
    curves = [
        CurveStore().load(chain, params.highest_trading_price, params.gap) for chain in chosen.instance.chains
    ]
    left = sum(curve is None for curve in curves)
    parts = job.parts if mine else {}
    rows = [
        chain_row(number, chain, curve, parts.get(number))
        for number, (chain, curve) in enumerate(zip(chosen.instance.chains, curves, strict=True), 1)
    ]
    with Div(classes=["card", "card--wide"]):
        Text(title_of(chosen.instance, left), classes=["card__title"])
        NumberTable(head=HEAD, rows=rows)
        with Div(classes=["chooser", "chooser--below"]):
            solara.Button(
                "Solve the plans",
                on_click=lambda: desk.preparation.start(
                    desk.kind, [params], failed=lambda error: desk.show_problem("", error)
                ),
                color="primary",
                disabled=not left or mine,
            )
            solara.Button("Stop solving", on_click=desk.preparation.cancel, outlined=True, disabled=not mine)
            solara.Button(
                "Play in the run",
                on_click=lambda: desk.adopt(chosen.values),
                icon_name="mdi-play",
                color="primary",
            )
            Downloads(chosen.instance)
        Text(
            "TEC: emissions when permits cost nothing. Limit: the share of them that no price up to the highest "
            "trading price brings down further. Gap: by how much a plan may cost more than the least possible, "
            "certified at every price.",
            classes=["card__help"],
        )


HEAD = (
    "chain",
    "demand, units",
    "state",
    "programs",
    "gap",
    "CPU, s",
    "plans",
    "TEC, t",
    "cost, €",
    "limit",
)


def title_of(instance, left):
    """Name of the instance, redraws, and the number of chains to solve."""
    redrawn = f", {instance.redraws} draws thrown away" if instance.redraws else ""
    state = f"{left} of {len(instance.chains)} chains to solve" if left else "all plans are solved"
    return f"{instance.name}{redrawn}: {state}"


def chain_row(number, chain, curve, news):
    """One line of the table: a solved chain, one being solved (news: programs, gap), or one waiting."""
    begin = [str(number), f"{chain.demand.sum():,.0f}"]
    if curve is not None:
        return [*begin, "solved", *curve_cells(curve)]
    if news:
        return [*begin, "being solved", f"{news[0]:,}", f"{news[1]:.1e}", *[""] * 5]
    return [*begin, "not solved", *[""] * 7]


def curve_cells(curve):
    """Cells of a solved chain: how its curve was solved, and the curve's key numbers."""
    return [
        f"{curve.milps:,}",
        f"{curve.gap:.1e}",
        f"{curve.seconds:,.1f}",
        str(len(curve.price)),
        f"{curve.tec:,.0f}",
        f"{curve.cost[0]:,.0f}",
        f"{curve.abatement_limit:.1%}",
    ]


@solara.component
def Downloads(instance):
    """The chains as JSON and as CSV."""
    for kind, write in (("JSON", save_instance), ("CSV", write_csv)):
        name = f"{''.join(c if c.isalnum() else '-' for c in instance.name)}.{kind.lower()}"
        with solara.FileDownload(lambda write=write: written(instance, write), filename=name):
            solara.Button(f"Download {kind}", icon_name="mdi-download", outlined=True)


def written(instance, write):
    """Text of the file that ``write`` makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chains")
        write(instance, path)
        return path.read_text(encoding="utf-8")
