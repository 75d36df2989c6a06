"""Write an example of a file that a system reads, to edit: the firms of a run with its usual parameters.

carbon template firms emissions_trading --out firms.csv
carbon run emissions_trading emitters=firms.csv

WHAT is firms, or the name of a parameter that names a file (carbon list knobs). key=value sets parameters.
"""

from pathlib import Path

from batch_runs.usage import UsageError, split_words, whole

SUMMARY = "write an example of a file that a system reads, such as its firms"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WHAT SYSTEM key=value",
        help="firms, or a parameter that names a file; of learning_bidders unless a system is named",
    )
    parser.add_argument("--seed", type=whole(0, 2**53 - 1), default=1, metavar="S", help="seed (1)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (standard output)")


def run(options):
    """Make the model and write its template."""
    import model.systems  # noqa: F401 - fills SYSTEMS
    from batch_runs.tables import check_writable, written_whole
    from learning.knob_names import own_names
    from learning.registry import unknown
    from model.base import SYSTEMS

    names, assigned = split_words(options.words)
    system = names[1] if len(names) > 1 else "learning_bidders"
    if system not in SYSTEMS:
        raise UsageError(str(unknown("system", system, SYSTEMS)))
    kind = SYSTEMS[system]
    knob, file = find_template(kind, [name for name in names if name != system])
    params = kind.Params.from_flat(own_names(assigned, kind.Params.all_knobs()))
    if options.out:
        check_writable(options.out)
        if options.out.suffix not in file.suffixes:
            raise UsageError(f"{options.out}: the name must end in {' or '.join(file.suffixes)}")
    text = file.template(kind(params, rng=options.seed))
    if options.out is None:
        print(text, end="")
        return
    with written_whole(options.out) as scratch:
        scratch.write_text(text, encoding="utf-8", newline="")
    print(f"{options.out}: carbon run {system} {knob}={options.out} uses it")


def find_template(kind, names):
    """Return the parameter that the words name, and its kind of file; UsageError if it has no template."""
    knobs = {name: each for name, each in kind.Params.all_knobs().items() if each.file and each.file.template}
    if len(names) != 1:
        raise UsageError(
            f"name one of firms, {', '.join(knobs)}" if knobs else f"{kind.name} reads no such file"
        )
    if names[0] in knobs:
        return names[0], knobs[names[0]].file
    if names[0] != "firms" or not knobs:
        raise UsageError(f"{names[0]!r}: {kind.name} has templates of {', '.join(knobs) or 'nothing'}")
    return next(iter((name, each.file) for name, each in knobs.items()))
