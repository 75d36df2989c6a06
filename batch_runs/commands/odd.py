"""Write the ODD protocol of a system, the description that journals ask of agent-based models.

carbon odd grid --out grid.md
"""

from pathlib import Path

SUMMARY = "write the ODD protocol of a system"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument("system", metavar="SYSTEM", help="system to describe")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="file to write (standard output)")


def run(options):
    """Write or print the protocol."""
    import model.systems  # noqa: F401 - fills SYSTEMS
    from batch_runs.tables import check_writable, written_whole
    from batch_runs.usage import UsageError
    from learning.registry import unknown
    from model.base import SYSTEMS
    from model.views.odd import protocol

    if options.system not in SYSTEMS:
        raise UsageError(str(unknown("system", options.system, SYSTEMS)))
    text = protocol(options.system)
    if options.out is None:
        print(text, end="")
        return
    check_writable(options.out)
    with written_whole(options.out) as scratch:
        scratch.write_text(text, encoding="utf-8")
    print(f"{options.out}: {len(text.split())} words")
