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


INPUTS_OF = {"enterprises": COMPACT, "government": INPUTS}
"""Policy -> numbers that its network sees."""


class Trained(NamedTuple):
    """Policies of a file; None where it has none."""

    enterprises: Network | None
    government: Network | None
    """The network of `agents.government_demand`."""
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
        if network is not None and network.widths[0] != INPUTS_OF[name]:
            problem = (
                f"a trained {name} that sees {network.widths[0]} numbers, here it sees {INPUTS_OF[name]}"
            )
            raise ParameterError(f"{KNOB} = {path}: {problem}")
    return Trained(**found, about=about)


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
        help="file of a training of the grid; what it does not hold, enterprises or government, is the shipped one",
    )

    def network(self, name):
        """Return a policy, "enterprises" or "government": the file's, or else the one that is shipped."""
        found = getattr(read_trained(self.file), name) if self.file else None
        return found or getattr(read_trained(SHIPPED), name)
