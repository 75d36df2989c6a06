"""Trained bidders: the policies of a training's checkpoint, without their noise."""

import numpy as np

from agents.bidders.policies import POLICIES, Policy
from learning import checkpoint
from learning.frozen import Frozen
from learning.knobs import File, ParameterError, Settings, knob, settings
from learning.ppo import PPO

KNOB = "ppo_schedule.checkpoint"


def read_bidders(path):
    """Read the trained `PPO` and its market's parameters from a checkpoint; ParameterError if it is not of bidders."""
    try:
        ppo = PPO.load(path)
        trained_in = checkpoint.load(path, "ppo")["source"].get("parameters")
    except checkpoint.CheckpointError as error:
        raise ParameterError(f"{KNOB} = {error}") from None
    if not trained_in:
        raise ParameterError(f"{KNOB} = {path}: a training of something else than bidders")
    return ppo, trained_in


BIDDER_FILE = File(
    "trained bidders", read_bidders, form="checkpoint file", suffixes=(".npz",), largest=20_000_000
)


@settings
class PPOScheduleSettings(Settings):
    """File of the trained policies."""

    checkpoint: str = knob("", file=BIDDER_FILE, help="file of trained bidders, from a training of two_tier")


@POLICIES.register("ppo_schedule")
class PPOSchedule(Policy):
    """Bids trained by PPO. ParameterError if the file is missing, or of bidders of another game.

    Auction format, supply, costs and needs may differ from those of the training, because observations are
    relative to their largest values.
    """

    Settings = PPOScheduleSettings

    def __init__(self, settings, bidding):
        super().__init__(settings, bidding)
        self.trained = read_trained(settings.checkpoint, bidding)

    def act(self, situation, chance):
        """The trained firms' mean actions; ``chance`` is not used."""
        return np.clip(self.trained.best(situation.observations), 0.0, 1.0)


def read_trained(file, bidding):
    """Read the policies of a checkpoint as `Frozen`; ParameterError if they do not fit ``bidding``."""
    if not file:
        raise ParameterError(f"{KNOB} = '': must be the file of trained bidders (carbon train two_tier)")
    ppo, trained_in = read_bidders(file)
    for name, here in bidding.rules().items():
        if trained_in[name] != here:
            problem = f"trained with {name} = {trained_in[name]}, here it is {here}"
            raise ParameterError(f"{KNOB} = {file}: {problem}")
    return Frozen(ppo)
