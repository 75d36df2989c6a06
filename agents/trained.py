"""Trained policies of the grid in a file: those of enterprises, of a government, or both."""

from pathlib import Path
from typing import NamedTuple

from agents.enterprises.compact import COMPACT
from agents.government_demand import INPUTS
from learning import checkpoint
from learning.frozen import Network
from learning.knobs import File, ParameterError, Settings, knob, settings

KIND = "grid training"
KNOB = "learned.file"
SHIPPED = Path(__file__).parent / "trained" / "grid.npz"
"""Policies that come with the program; the command, seed and time that made them are in the file."""


INPUTS_OF = {"enterprises": COMPACT, "bids": COMPACT, "government": INPUTS}
"""Policy -> numbers that its network sees; a government of categories sees those of all enterprises together."""


class Trained(NamedTuple):
    """Policies of a file; None where it has none."""

    enterprises: Network | None
    bids: Network | None
    """How enterprises bid where permits are sold: shares of worth and of need, `agents.enterprises.bids.MARKDOWNS`."""
    government: Network | None
    """The network of `agents.government_demand`, or one that draws categories."""
    about: dict
    """How they were made: command, seed, time."""


def read_trained(path):
    """Read the `Trained` policies in a file; ParameterError naming the file if it has none that fit."""
    try:
        state = checkpoint.load(path, KIND)
        found = {name: Network.from_state(state[name]) if state.get(name) else None for name in INPUTS_OF}
        about = state["about"]
    except (checkpoint.CheckpointError, KeyError, TypeError, ValueError) as error:
        raise ParameterError(f"{KNOB} = {path}: no trained policies of the grid ({error})") from None
    for name, network in found.items():
        if network is not None and not fits(name, network.widths):
            problem = (
                f"a trained {name} that sees {network.widths[0]} numbers, here it sees {INPUTS_OF[name]}"
            )
            raise ParameterError(f"{KNOB} = {path}: {problem}")
    return Trained(**found, about=about)


def fits(name, widths):
    """Return whether a network with layers of these widths sees what this policy does."""
    several = name == "government" and widths[-1] > 1
    return widths[0] % INPUTS_OF[name] == 0 if several else widths[0] == INPUTS_OF[name]


TRAINED_FILE = File(
    "trained policies",
    read_trained,
    form="file of a training",
    suffixes=(".npz",),
    usual="those that come with the program",
    largest=20_000_000,
)


@settings
class LearnedSettings(Settings):
    """Where the trained policies are; shared by enterprises and government."""

    file: str = knob(
        "",
        file=TRAINED_FILE,
        help="file of a training of the grid; if it holds no enterprises or no government, they are the shipped ones",
    )

    def network(self, name):
        """Return a policy of `INPUTS_OF`: the file's, or else the one that is shipped.

        None for bids that enterprises of a file have not learned.
        """
        found = getattr(read_trained(self.file or SHIPPED), name)
        return found if found or name == "bids" else getattr(read_trained(SHIPPED), name)
