"""PPO's update once more, in PyTorch with automatic differentiation: what the numpy one is compared with.

Written from the papers, one module per player as is usual, not from our code: it shares only the order of the
parameters (weight, bias, ... of the actor, then of the critic, then the learned noise).
"""

from itertools import pairwise

import torch
from torch import nn

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU}


def perceptron(inputs, width, depth, outputs, activation):
    widths = [inputs] + [width] * depth
    layers = []
    for a, b in pairwise(widths):
        layers += [nn.Linear(a, b), ACTIVATIONS[activation]()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], outputs))


class Player(nn.Module):
    """Trunk (empty unless shared), actor, critic of one player, with the numbers of a row of the block."""

    def __init__(self, settings, policy, observations, row, learned_noise, dtype):
        super().__init__()
        width, depth, kind = settings.hidden, settings.hidden_layers, settings.activation
        if settings.shared_trunk:
            self.trunk = perceptron(observations, width, depth, 1, kind)[:-1]
            self.actor, self.critic = nn.Linear(width, policy.outputs), nn.Linear(width, 1)
        else:
            self.trunk = nn.Sequential()
            self.actor = perceptron(observations, width, depth, policy.outputs, kind)
            self.critic = perceptron(observations, width, depth, 1, kind)
        if learned_noise:
            self.log_noise = nn.Parameter(torch.zeros(policy.actions))
        self.to(dtype)
        self.in_order = [*self.trunk.parameters(), *self.actor.parameters(), *self.critic.parameters()]
        self.in_order += [self.log_noise] if learned_noise else []
        rest = torch.as_tensor(row, dtype=dtype)
        with torch.no_grad():
            for parameter in self.in_order:
                part, rest = rest[: parameter.numel()], rest[parameter.numel() :]
                shape = parameter.shape
                parameter.copy_(part.reshape(shape[::-1]).T if parameter.ndim == 2 else part.reshape(shape))
        assert not len(rest)

    def flat(self, numbers):
        """Numbers like the parameters (values, gradients) as one row in the order of the block."""
        return torch.cat([(n.T if n.ndim == 2 else n).reshape(-1) for n in numbers]).detach().numpy()

    def forward(self, observation):
        features = self.trunk(observation)
        return self.actor(features), self.critic(features)[:, 0]


def distribution(policy, head, log_noise, allowed):
    if not policy.noises:
        logits = head if allowed is None else head.masked_fill(~allowed, -1e8)
        return torch.distributions.Categorical(logits=logits, validate_args=False)
    mean = torch.sigmoid(head) if policy.mean == "sigmoid" else head
    normal = torch.distributions.Normal(mean, torch.exp(log_noise), validate_args=False)
    return torch.distributions.Independent(normal, 1, validate_args=False)


def value_loss(settings, value, before, target):
    squared = (value - target) ** 2
    if settings.value_clip_rule == "change":
        kept = before + torch.clamp(value - before, -settings.value_clip, settings.value_clip)
        squared = torch.maximum(squared, (kept - target) ** 2)
    elif settings.value_clip_rule == "loss":
        squared = torch.clamp(squared, max=settings.value_clip)
    return 0.5 * squared.mean()


def loss(player, settings, policy, part, entropy_weight, log_noise):
    """Loss of a minibatch of one player; ``part``: dict of tensors [samples, ...]."""
    head, value = player(part["observation"])
    noise = getattr(player, "log_noise", log_noise)
    drawn = distribution(policy, head, noise, part.get("allowed"))
    ratio = torch.exp(drawn.log_prob(part["action"]) - part["log_prob"])
    advantage = part["advantage"]
    if settings.normalise_advantages:
        advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
    limited = torch.clamp(ratio, 1 - settings.clip, 1 + settings.clip)
    policy_loss = torch.maximum(-advantage * ratio, -advantage * limited).mean()
    rest = settings.value_coefficient * value_loss(settings, value, part["value"], part["target"])
    return policy_loss - entropy_weight * drawn.entropy().mean() + rest


def tensors(batch, player):
    """The player's rows of a `Batch` as tensors."""
    found = {k: torch.as_tensor(v[player]) for k, v in vars(batch).items() if v is not None}
    return found


class Trainer:
    """The update of PPO for several players: epochs, minibatches, clipped gradients, Adam."""

    def __init__(self, settings, policy, players, learning_rate, log_noise=None):
        self.settings, self.policy, self.players, self.log_noise = settings, policy, players, log_noise
        self.optimizers = [torch.optim.Adam(p.in_order, lr=learning_rate, eps=1e-5) for p in players]

    def update(self, batch, permutations):
        """Train on a `Batch`; permutations: one per epoch, int64[samples]."""
        s = self.settings
        for k, (player, optimizer) in enumerate(zip(self.players, self.optimizers, strict=True)):
            mine = tensors(batch, k)
            for order in permutations:
                shuffled = {name: values[order] for name, values in mine.items()}
                size = len(order) // s.minibatches
                for start in range(0, len(order), size):
                    part = {name: values[start : start + size] for name, values in shuffled.items()}
                    optimizer.zero_grad()
                    loss(player, s, self.policy, part, s.entropy, self.log_noise).backward()
                    nn.utils.clip_grad_norm_(player.in_order, s.max_gradient_norm)
                    optimizer.step()
