"""Knobs of PPO. Sources: [Schulman2017], the algorithm; [Huang2022], 37 details of its implementations."""

from dataclasses import field, replace

from learning.knobs import ParameterError, Settings, knob, settings
from learning.networks import ACTIVATIONS
from learning.schedules import SCHEDULES


def with_default(owner, name, default, **about):
    """Redeclare ``owner``'s knob ``name`` in a subclass with another default (and other fields ``about``)."""
    declared = replace(owner.knobs()[name], default=default, **about)
    return field(default=default, metadata={"knob": declared})


@settings
class PPOCore(Settings):
    """Knobs common to all uses of PPO."""

    learning_rate: float = knob(
        1e-3, low=0.0, high=1.0, help="step size of Adam at the start", source="Schulman2017, Table 3: 3e-4"
    )
    learning_rate_final: float = knob(
        1e-4, low=0.0, high=1.0, help="step size at the end of the schedule", source="Huang2022, detail 4: 0"
    )
    epochs: int = knob(
        4, low=1, high=100, help="passes over a batch", source="Schulman2017, Tables 3-5: 3 to 15"
    )
    clip: float = knob(
        0.2,
        low=0.01,
        high=1.0,
        help="largest change of an action's probability, as a share, that an update rewards",
        source="Schulman2017, Eq. 7",
    )
    entropy: float = knob(
        0.0,
        low=0.0,
        high=10.0,
        help="weight of the policy's entropy in the objective at the start",
        source="Schulman2017, Eq. 9; Huang2022: 0 for continuous control, 0.01 for Atari",
    )
    entropy_final: float = knob(
        0.0, low=0.0, high=10.0, help="weight of the entropy at the end of the schedule"
    )
    value_coefficient: float = knob(
        0.5, low=0.0, high=10.0, help="weight of the value loss", source="Huang2022, detail 10"
    )
    max_gradient_norm: float = knob(
        0.5, low=1e-6, high=1e6, help="gradients are shrunk to this norm", source="Huang2022, detail 11"
    )
    gamma: float = knob(
        0.99, low=0.0, high=1.0, help="discount of the next step's value", source="Schulman2017"
    )
    gae_lambda: float = knob(
        0.95, low=0.0, high=1.0, help="weight of far steps in the advantage", source="Schulman2016, Eq. 16"
    )
    hidden: int = knob(
        32, low=1, high=4096, unit="units", help="width of hidden layers", source="Schulman2017: 64"
    )
    hidden_layers: int = knob(2, low=0, high=8, help="number of hidden layers", source="Schulman2017: 2")
    activation: str = knob(
        "tanh", choices=ACTIVATIONS, help="function of hidden units", source="Schulman2017"
    )


@settings
class PPOSettings(PPOCore):
    """Knobs of a training by PPO."""

    samples: int = knob(
        256_000,
        low=1,
        high=10_000_000_000,
        unit="decisions",
        help="length of the training, and of its schedules, in decisions per player",
    )
    batch: int = knob(
        1024, low=2, high=10_000_000, unit="decisions", help="decisions per player between updates"
    )
    minibatches: int = knob(
        4, low=1, high=10_000, help="parts a batch is shuffled into", source="Huang2022, detail 6: 4 or 32"
    )
    schedule: str = knob(
        "linear", choices=SCHEDULES, help="path of step size, noise and entropy weight to their final values"
    )
    anneal_share: float = knob(
        1.0, low=0.001, high=1.0, unit="share", help="share of the training over which the schedule runs"
    )
    shared_trunk: bool = knob(
        False, help="policy and value share their hidden layers", source="Huang2022, detail 13: separate"
    )
    normalise_advantages: bool = knob(
        True, help="bring the advantages of a minibatch to mean 0, variance 1", source="Huang2022, detail 7"
    )
    value_clip_rule: str = knob(
        "off",
        choices=("off", "change", "loss"),
        help="limit the value's change (Huang2022, detail 9) or the loss of a sample (RLlib) to value_clip",
    )
    value_clip: float = knob(
        0.2, low=1e-6, high=1e9, help="limit set by value_clip_rule", source="Huang2022, detail 9"
    )
    target_kl: float = knob(
        0.0,
        low=0.0,
        high=10.0,
        help="a player stops an update when its policy has moved this far (KL divergence); 0: never",
        source="Huang2022, auxiliary details: 0.01",
    )
    noise_rule: str = knob(
        "scheduled",
        choices=("scheduled", "learned"),
        help="standard deviation of Gaussian actions: falls by the schedule, or is learned",
        source="Huang2022, continuous detail 2: learned",
    )
    noise: float = knob(0.2, low=1e-6, high=100.0, help="standard deviation of Gaussian actions at the start")
    noise_final: float = knob(
        0.03, low=1e-6, high=100.0, help="standard deviation at the end of the schedule"
    )
    normalise_observations: bool = knob(
        True, help="bring observations to running mean 0, variance 1", source="Huang2022, continuous detail 6"
    )
    normalise_rewards: bool = knob(
        True,
        help="divide rewards by the running deviation of returns",
        source="Huang2022, continuous detail 8",
    )
    normalised_limit: float = knob(
        10.0,
        low=0.1,
        high=1e6,
        help="normalised observations and rewards are clipped to this size",
        source="Huang2022, continuous details 7 and 9",
    )
    precision: str = knob("float32", choices=("float32", "float64"), help="number type of the networks")

    def __post_init__(self):
        super().__post_init__()
        if self.minibatches > self.batch:
            raise ParameterError(
                f"minibatches = {self.minibatches}: more than batch = {self.batch} decisions"
            )
