"""Draw supply chains, solve their plans, show what they cost and emit, and write them as a table to edit.

  carbon instance draw --chains 5 --set s1 --seed 1 --out chains.json
  carbon instance solve chains.json --workers 4
  carbon instance show chains.json --json
  carbon instance csv chains.json --out chains.csv
  carbon instance infer
  carbon run supply_chains instance=chains.json phi=0.8

FILE is an instance as JSON, or data of your own as CSV (agents/README.md lists the columns). Solved plans are
kept on disk, for runs and sweeps too; after Ctrl-C the same command solves only the missing chains. The last command
derives the costs of the chains of [Esmaeili2022, Table 5], which have no plans, from the paper's average profits.
"""

import sys
from pathlib import Path

from batch_runs.usage import UsageError, add_engine, whole

SUMMARY = "draw, solve and show supply chains; write them as CSV; derive costs"


def add_arguments(parser):
    """Declare the actions on an instance, each with its options."""
    parser.set_defaults(act=lambda options: parser.print_help(sys.stderr) or 2)
    actions = parser.add_subparsers(metavar="ACTION")
    _add_draw(_action(actions, "draw", draw, "draw chains at random"))
    for name, act, summary in (
        ("solve", solve, "solve the plans of all chains and keep them; then show"),
        ("show", show, "show chains whose plans are solved, and the trading price at each cap"),
    ):
        _add_solving(_action(actions, name, act, summary), name)
    table = _action(actions, "csv", write_table, "write an instance as CSV, a template for own data")
    table.add_argument("file", type=Path, metavar="FILE", help="instance, .json or .csv")
    table.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="table to write")
    derived = _action(
        actions, "infer", infer, "derive the costs of Table 5's chains from the paper's profits"
    )
    derived.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _action(actions, name, act, summary):
    child = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    child.set_defaults(act=act, parser=child)
    return child


def _add_draw(parser):
    parser.add_argument("--chains", type=whole(1, 50), default=5, metavar="N", help="how many (5)")
    parser.add_argument("--set", default="s1", metavar="NAME", help="sizes: s1, s2, small (s1)")
    parser.add_argument("--seed", type=whole(0, 10**9), default=1, metavar="S", help="seed of the draws (1)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.json", help="file for the instance, .json or .csv"
    )


def _add_solving(parser, name):
    parser.add_argument("file", type=Path, metavar="FILE", help="instance, .json or .csv")
    if name == "solve":
        add_engine(parser)
    parser.add_argument(
        "--gap", default="", metavar="SHARE", help="by which a plan may cost more than the least (0.0001)"
    )
    parser.add_argument(
        "--phi", default="0.6:1.0:0.1", metavar="RANGE", help="permits / TEC to show prices for (0.6:1.0:0.1)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(options):
    """Run the chosen action."""
    return options.act(options)


def draw(options):
    """Draw an instance, write it, and print a summary."""
    from agents.supply_chains.draws import PROBLEM_SETS, draw_instance
    from batch_runs.tables import check_writable
    from learning.registry import unknown

    if options.set not in PROBLEM_SETS:
        raise UsageError(str(unknown("problem set", options.set, PROBLEM_SETS)))
    writer_of(options.out)
    check_writable(options.out)
    instance = draw_instance(options.seed, options.chains, options.set)
    write(instance, options.out)
    print(
        f"{options.out}: {instance.name}, {len(instance.chains)} chains, {instance.redraws} infeasible draws"
    )


def write_table(options):
    """Write an instance as CSV."""
    from agents.supply_chains.files import load_instance
    from batch_runs.tables import check_writable

    if options.out.suffix.lower() != ".csv":
        raise UsageError(f"{options.out}: the name must end in .csv")
    check_writable(options.out)
    write(load_instance(options.file), options.out)
    print(f"{options.out}: written; carbon run supply_chains instance={options.out} uses it")


def writer_of(path):
    """Return the function that writes an instance to this path; UsageError if the ending is not known."""
    from agents.supply_chains.files import save_instance, write_csv

    writers = {".json": save_instance, ".csv": write_csv}
    if path.suffix.lower() not in writers:
        raise UsageError(f"{path}: the name must end in {' or '.join(writers)}")
    return writers[path.suffix.lower()]


def write(instance, path):
    """Write an instance, complete or not at all."""
    from batch_runs.tables import written_whole

    with written_whole(path) as scratch:
        writer_of(path)(instance, scratch)


def solve(options):
    """Solve the chains that are not solved yet, then show all."""
    from batch_runs.work.engine_choice import chosen_engine
    from batch_runs.work.preparation import prepare_with_bar
    from model.systems.supply_chains import SupplyChains

    params = params_of(options)
    with chosen_engine(options) as engine:
        prepare_with_bar(SupplyChains, params, engine)
    report(options, params)


def show(options):
    """Show the chains; UsageError naming those that are not solved."""
    from batch_runs.instance_facts import unsolved

    params = params_of(options)
    missing = unsolved(params)
    if missing:
        chains = ", ".join(map(str, missing))
        raise UsageError(
            f"{options.file}: not solved yet: chain {chains}; carbon instance solve {options.file}"
        )
    report(options, params)


def infer(options):
    """Print the derivation of the marginal cost of the chains of Table 5."""
    from batch_runs import inferred_costs
    from batch_runs.tables import as_json

    facts = inferred_costs.facts()
    print(as_json(facts) if options.json else inferred_costs.as_text(facts))


def params_of(options):
    """Parameters of the market with these chains."""
    from model.systems.supply_chains import SupplyChains

    gap = {"gap": options.gap} if options.gap else {}
    return SupplyChains.Params.from_flat({"instance": str(options.file)} | gap)


def report(options, params):
    """Print the facts of solved chains."""
    from batch_runs import instance_facts
    from batch_runs.tables import as_json
    from batch_runs.values import axis_values

    shares = axis_values("phi", options.phi, type(params).all_knobs())
    facts = instance_facts.facts(params, shares)
    print(as_json(facts) if options.json else instance_facts.as_text(facts))
