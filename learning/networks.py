"""Small neural networks in numpy, for many independent players at once: forward and hand-written backward pass, Adam.

Every array has the players first: inputs ``[players, samples, in]``, weights ``[players, in, out]``. One call
of ``np.matmul`` serves all players; one network shared by everybody is the case of one player. All parameters
of the players' networks are views of one block ``[players, size]``, so that Adam, clipping and checkpoints
see one array.
"""

from itertools import pairwise
from math import prod, sqrt

import numpy as np

from learning.one_thread import one_thread
from learning.passes import add_bias, cut_below_zero, cut_slope, move_by_adam, slope_of_tanh, spread_back


def orthogonal(rng, players, rows, columns, gain):
    """Draw float64[players, rows, columns] with orthogonal rows or columns of length ``gain`` [Saxe2014]."""
    tall = rng.standard_normal((players, max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]  # makes the draw uniform among all such matrices
    return gain * (q if rows >= columns else q.transpose(0, 2, 1))


class Block:
    """Parameters of ``players`` networks and their gradients: ``values`` and ``gradients`` [players, size]."""

    def __init__(self, players, shapes, dtype):
        self.shapes = [tuple(shape) for shape in shapes]
        size = sum(map(prod, self.shapes))
        self.values = np.zeros((players, size), dtype)
        self.gradients = np.zeros((players, size), dtype)

    def views(self, array):
        """Views [players, *shape] of the parts of ``array`` [players, size], on the same memory."""
        ends = np.cumsum([prod(shape) for shape in self.shapes])
        starts = ends - [prod(shape) for shape in self.shapes]
        return [array[:, a:b].reshape(-1, *s) for a, b, s in zip(starts, ends, self.shapes, strict=True)]


class Identity:
    """y = x, of the last layers."""

    def forward(self, y, bias):
        """Add ``bias`` [players, 1, out] to ``y`` [players, samples, out], in place."""
        add_bias(y, bias)

    def backward(self, dy, y):
        """No effect: dx = dy."""


class Tanh:
    """y = tanh x."""

    def forward(self, y, bias):
        """Overwrite ``y`` with tanh(y + bias)."""
        add_bias(y, bias)
        np.tanh(y, out=y)

    def backward(self, dy, y):
        """Overwrite ``dy`` with dx = dy (1 - y²)."""
        slope_of_tanh(dy, y, dy.dtype.type(1))


class Relu:
    """y = max(x, 0)."""

    def forward(self, y, bias):
        """Overwrite ``y`` with max(y + bias, 0)."""
        cut_below_zero(y, bias, y.dtype.type(0))

    def backward(self, dy, y):
        """Overwrite ``dy`` with dx = dy where y > 0, else 0."""
        cut_slope(dy, y, dy.dtype.type(0))


ACTIVATIONS = {"tanh": (Tanh, sqrt(2.0)), "relu": (Relu, sqrt(2.0))}
"""Function by name, with the gain of the initial weights before it [Huang2022, detail 2]."""


class Dense:
    """y = f(x W + b), f the ``activation``. Starts orthogonal with the given ``gain`` and zero bias."""

    def __init__(self, inputs, outputs, gain=1.0, activation=Identity):
        self.inputs, self.outputs, self.gain, self.activation = inputs, outputs, gain, activation()

    def shapes(self):
        """Shapes of weight and bias of one player."""
        return [(self.inputs, self.outputs), (1, self.outputs)]

    def bind(self, values, gradients):
        """Use these views of the block: weight [players, in, out], bias [players, 1, out], and their gradients."""
        self.weight, self.bias = values
        self.weight_gradient, self.bias_gradient = gradients

    def start(self, rng):
        """Draw new weights and set the bias to zero."""
        self.weight[:] = orthogonal(rng, len(self.weight), self.inputs, self.outputs, self.gain)
        self.bias[:] = 0.0

    def forward(self, x):
        """[players, samples, in] -> [players, samples, out]."""
        self.x, self.y = x, np.matmul(x, self.weight)
        self.activation.forward(self.y, self.bias)
        return self.y

    def backward(self, dy, to_input=True):
        """Write the gradients of weight and bias for ``dy`` [players, samples, out]; return dx if ``to_input``.

        ``dy`` may be overwritten.
        """
        self.activation.backward(dy, self.y)
        # `x.T @ dy` takes 2 to 8 % longer
        self.weight_gradient[:] = np.matmul(dy.transpose(0, 2, 1), self.x).transpose(0, 2, 1)
        ones = np.ones((1, 1, dy.shape[1]), dy.dtype)
        np.matmul(ones, dy, out=self.bias_gradient)  # the sum over samples, several times faster than np.sum
        if not to_input:
            return None
        if self.outputs > 1:
            return np.matmul(dy, self.weight.transpose(0, 2, 1))
        dx = np.empty_like(self.x)
        spread_back(dy, self.weight, dx)
        return dx

    def __getstate__(self):
        return {name: getattr(self, name) for name in ("inputs", "outputs", "gain", "activation")}


class Chain:
    """Layers in sequence; an empty chain returns its input."""

    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        """[players, samples, in] -> [players, samples, out]."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy, to_input=False):
        """Write all gradients for ``dy`` (which may be overwritten); return dx if ``to_input``."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy, to_input or layer is not self.layers[0])
        return dy


def hidden_layers(inputs, width, depth, activation):
    """Make ``depth`` layers, ``width`` units wide."""
    kind, gain = ACTIVATIONS[activation]
    return [Dense(a, b, gain, kind) for a, b in pairwise([inputs] + [width] * depth)]


class Network:
    """Chains whose parameters share one block; ``extra`` shapes are free parameters, kept in ``self.extra``.

    It is pickled as its block; unpickling makes new views.
    """

    def __init__(self, players, chains, extra=(), dtype=np.float64):
        self.players = players
        self.chains = chains
        self.extra_shapes = list(extra)
        self.block = Block(players, self._shapes(), dtype)
        self._bind()

    @property
    def dtype(self):
        """Type of all parameters."""
        return self.block.values.dtype

    def _layers(self):
        return [layer for chain in self.chains for layer in chain.layers]

    def _shapes(self):
        return [shape for layer in self._layers() for shape in layer.shapes()] + self.extra_shapes

    def _bind(self):
        values, gradients = self.block.views(self.block.values), self.block.views(self.block.gradients)
        for layer in self._layers():
            count = len(layer.shapes())
            layer.bind(values[:count], gradients[:count])
            values, gradients = values[count:], gradients[count:]
        self.extra, self.extra_gradients = values, gradients

    @one_thread
    def start(self, rng):
        """Draw new weights for all layers."""
        for layer in self._layers():
            layer.start(rng)

    def __getstate__(self):
        return {k: v for k, v in vars(self).items() if k not in ("extra", "extra_gradients")}

    def __setstate__(self, state):
        vars(self).update(state)
        self._bind()


class ActorCritic(Network):
    """Policy head and value of an observation: separate networks, or two heads on a shared trunk.

    Any object with ``forward``, ``backward``, ``start``, ``block``, ``dtype`` and ``extra`` (one view
    [players, 1, noises] if the policy learns its noise) can replace it in `learning.ppo.PPO`.
    """

    def __init__(self, players, observations, outputs, layout, noises=0, dtype=np.float64):
        """``layout`` has the attributes hidden, hidden_layers, activation, shared_trunk (see `PPOCore`)."""

        def layers():
            return hidden_layers(observations, layout.hidden, layout.hidden_layers, layout.activation)

        width = layout.hidden if layout.hidden_layers else observations
        self.trunk = Chain(layers() if layout.shared_trunk else [])
        # a small last gain makes the first policy nearly uniform: exploration starts unbiased [Huang2022]
        self.actor = Chain([*([] if layout.shared_trunk else layers()), Dense(width, outputs, 0.01)])
        self.critic = Chain([*([] if layout.shared_trunk else layers()), Dense(width, 1, 1.0)])
        extra = [(1, noises)] if noises else []
        super().__init__(players, [self.trunk, self.actor, self.critic], extra, dtype)

    @one_thread
    def forward(self, observation):
        """Head [players, samples, outputs] and value [players, samples]; observation [players, samples, numbers]."""
        features = self.trunk.forward(observation)
        return self.actor.forward(features), self.critic.forward(features)[..., 0]

    @one_thread
    def backward(self, d_head, d_value):
        """Write the gradients of all weights from those of head and value (which may be overwritten)."""
        shared = bool(self.trunk.layers)
        d_features = self.actor.backward(d_head, to_input=shared)
        d_critic = self.critic.backward(d_value[..., None], to_input=shared)
        if shared:
            d_features += d_critic
            self.trunk.backward(d_features)


def clip_norms(gradients, largest):
    """Shrink each player's gradient, a row of [players, size], to norm ``largest`` at most; return the old norms."""
    norms = np.sqrt(np.einsum("pk,pk->p", gradients, gradients))
    if (norms > largest).any():
        gradients *= np.minimum(1.0, largest / (norms + 1e-6)).astype(gradients.dtype)[:, None]
    return norms


class Adam:
    """Adam [Kingma2015] on a `Block`, with a step count per player, so that players can stop separately."""

    def __init__(self, block, epsilon=1e-5, decay=(0.9, 0.999)):
        self.epsilon, self.decay = epsilon, decay
        self.first, self.second = np.zeros_like(block.values), np.zeros_like(block.values)
        self.steps = np.zeros(len(block.values), np.int64)

    def step(self, block, rate, active=None):
        """Update the values with step size ``rate``, of the players in ``active`` (bool[players], None: all)."""
        if active is None or active.all():
            self._move(block.values, block.gradients, self.first, self.second, self.steps, rate)
            return
        arrays = (block.values, block.gradients, self.first, self.second, self.steps)
        rows = [array[active] for array in arrays]
        self._move(*rows, rate)
        for array, changed in zip(arrays, rows, strict=True):
            array[active] = changed

    def state(self):
        """Everything needed to continue later."""
        return {"first": self.first.copy(), "second": self.second.copy(), "steps": self.steps.copy()}

    def restore(self, state):
        """Continue from a `state` of networks of the same size."""
        self.first[:], self.second[:], self.steps[:] = state["first"], state["second"], state["steps"]

    def _move(self, values, gradients, first, second, steps, rate):
        steps += 1
        low, high = self.decay
        number = values.dtype.type
        spread, rates = np.sqrt(1.0 - high**steps).astype(number), (rate / (1.0 - low**steps)).astype(number)
        weights = number(1.0 - low), number(1.0 - high)
        move_by_adam(values, gradients, first, second, weights, number(self.epsilon), spread, rates)
