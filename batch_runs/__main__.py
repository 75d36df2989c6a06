"""The ``carbon`` command, also ``python -m batch_runs``: one file per subcommand in `batch_runs.commands`."""

import argparse
import atexit
import errno
import os
import signal
import sys
import threading
import warnings
from _thread import interrupt_main
from contextlib import suppress
from functools import partial

import batch_runs.first  # noqa: F401 - before any of our packages is imported
from batch_runs.commands import commands
from batch_runs.lazy import BLAS, LARGE, import_lazily, stand_in_for
from batch_runs.usage import UsageError

FAILED, USAGE, INTERRUPTED, TERMINATED = 1, 2, 130, 143
OF_NAMES = (
    errno.EACCES,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
)
"""Errors of the system that lie in the name of a file, not in a full disk or a broken device."""


COME_AGAIN_SECONDS = 0.05
"""Seconds after which a signal that has been lost comes again."""


class Terminated(KeyboardInterrupt):
    """SIGTERM has asked the process to end, which is done as after Ctrl-C."""


def main(argv=None):
    """Run one subcommand and return its exit code: 2 if wrong as written, 130 after Ctrl-C, 143 after SIGTERM."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console without € must not end a run
    if files := sys.modules.get("learning.files"):
        files.forget_guesses()  # of an earlier command in this process
    warnings.formatwarning = partial(in_one_line, usual=warnings.formatwarning)
    try:
        options = read_options(sys.argv[1:] if argv is None else list(argv))
        code = options.run(options) or 0
        name_guesses()
        sys.stdout.flush()
        return code
    except Terminated:
        print("carbon: terminated", file=sys.stderr)
        return TERMINATED
    except KeyboardInterrupt:
        print("carbon: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        write_nothing_more()
        return 0
    except OSError as error:
        if error.filename is None:
            write_nothing_more()
        print_line(f"carbon: error: {error.filename or 'output'}: {error.strerror}")
        return USAGE if error.errno in OF_NAMES else FAILED
    except ValueError as error:
        if not is_usage(error):
            raise
        print_line(f"carbon: error: {error}")
        return USAGE


def print_line(text):
    """Print one line to standard error, whatever line breaks and controls the names of files in it hold."""
    print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text), file=sys.stderr)


def name_guesses():
    """Print which files were read in an encoding that is a guess, with a word to judge it by, to standard error."""
    files = sys.modules.get("learning.files")
    for path, word in files.guessed().items() if files else ():
        print_line(f"note: {path} {files.guess_in_words(word)}")


def in_one_line(message, category, *place, usual, **line):
    """Format a warning: what is meant for the user without the place in the sources."""
    return (
        f"carbon: {message}\n"
        if category.__name__ == "CacheWarning"
        else usual(message, category, *place, **line)
    )


def write_nothing_more():
    """Send what is still to be written to standard output nowhere, so that Python does not fail on it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_options(argv):
    """Return the subcommand's options; end with exit code 2 and its usage if one is not recognized."""
    parser = make_parser()
    options, more = parser.parse_known_args(argv)
    options.argv = argv
    unknown = [word for word in more if word.startswith("-") or not hasattr(options, "words")]
    if unknown:
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if more:
        options.words += more  # key=value between or after options
    return options


def make_parser():
    """Return the parser with every subcommand found in the folder."""
    parser = argparse.ArgumentParser(
        prog="carbon", description="Agent-based models of carbon-permit markets.", allow_abbrev=False
    )
    parser.add_argument("--version", action=Version, nargs=0, help="show the versions in use and exit")
    parser.set_defaults(parser=parser, run=lambda options: parser.print_help(sys.stderr) or USAGE)
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for name, command in commands().items():
        child = subparsers.add_parser(
            name,
            help=command.SUMMARY,
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(child)
        child.set_defaults(run=command.run, parser=child)
    return parser


class Version(argparse.Action):
    """Print the versions; they are looked up only here, because that takes time."""

    def __call__(self, parser, *_):
        """Print the versions and exit."""
        from batch_runs.work.provenance import versions

        print("\n".join(f"{name} {version}" for name, version in versions().items()))
        parser.exit()


def is_usage(error):
    """Whether the error lies in what the user wrote, not in the program."""
    if isinstance(error, UsageError):
        return True
    from learning.knobs import ParameterError
    from learning.registry import UnknownNameError

    return isinstance(error, (ParameterError, UnknownNameError))


def start():
    """Run the command in a process of its own, with large libraries imported only where they are used."""
    import_lazily(*LARGE)
    stand_in_for(BLAS)
    return main()


def carbon():
    """Run the command and end the process, after SIGTERM as after Ctrl-C: finished work is kept."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.unraisablehook = partial(_come_again, usual=sys.unraisablehook)
    _leave(start())


def _terminate(number, frame):
    raise Terminated


def _come_again(lost, usual):
    """Let Ctrl-C or SIGTERM come once more if it came while an object was being deleted, which no exception leaves."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        usual(lost)
        return
    number = signal.SIGTERM if isinstance(lost.exc_value, Terminated) else signal.SIGINT
    again = threading.Timer(COME_AGAIN_SECONDS, interrupt_main, [number])
    again.daemon = True
    again.start()


def _leave(code):
    """End the process now: Python would take seconds to take compiled rules and libraries apart."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    carbon()
