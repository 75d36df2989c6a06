"""PPO's update in PyTorch for all players at once: their parameters are stacked, layers are batched products.

The fastest way we know to write it; `tests.unit.learning.torch_reference` has the loss of a player, and a module each.
"""

import torch
from torch.nn import functional

from tests.unit.learning import torch_reference as reference

ACTIVATIONS = {"tanh": torch.tanh, "relu": functional.relu}


class StackedTrainer:
    """The update for several players whose networks have the same shape, actor and critic apart."""

    def __init__(self, settings, policy, players, log_noise=None):
        self.settings, self.policy, self.log_noise = settings, policy, log_noise
        rows = list(zip(*(player.in_order for player in players), strict=True))
        self.parameters = [torch.stack([each.detach() for each in row]).requires_grad_() for row in rows]
        self.learns_noise = hasattr(players[0], "log_noise")
        self.optimizer = torch.optim.Adam(self.parameters, lr=settings.learning_rate, eps=1e-5)

    def forward(self, observation):
        """Heads [players, samples, outputs] and values [players, samples]."""
        layers = self.parameters[:-1] if self.learns_noise else self.parameters
        half = len(layers) // 2
        heads, values = (self._chain(observation, part) for part in (layers[:half], layers[half:]))
        return heads, values[..., 0]

    def _chain(self, x, layers):
        for k in range(0, len(layers), 2):
            x = torch.baddbmm(layers[k + 1][:, None], x, layers[k].transpose(1, 2))
            x = ACTIVATIONS[self.settings.activation](x) if k + 2 < len(layers) else x
        return x

    def update(self, batch, permutations):
        """Train on a `Batch`; permutations: one per epoch, int64[samples]."""
        whole = {name: torch.as_tensor(v) for name, v in vars(batch).items() if v is not None}
        for order in permutations:
            size = len(order) // self.settings.minibatches
            for start in range(0, len(order), size):
                index = torch.as_tensor(order[start : start + size])
                part = {name: values[:, index] for name, values in whole.items()}
                self.optimizer.zero_grad()
                self.loss(part).backward()
                self._clip()
                self.optimizer.step()

    def loss(self, part):
        """Sum of the players' losses, whose gradients are therefore their own."""
        s = self.settings
        head, value = self.forward(part["observation"])
        noise = self.parameters[-1][:, None] if self.learns_noise else self.log_noise
        drawn = reference.distribution(self.policy, head, noise, part.get("allowed"))
        ratio = torch.exp(drawn.log_prob(part["action"]) - part["log_prob"])
        advantage = part["advantage"]
        if s.normalise_advantages:
            spread = advantage.std(1, correction=0, keepdim=True)
            advantage = (advantage - advantage.mean(1, keepdim=True)) / (spread + 1e-8)
        limited = torch.clamp(ratio, 1 - s.clip, 1 + s.clip)
        policy_loss = torch.maximum(-advantage * ratio, -advantage * limited).mean(1).sum()
        rest = (
            len(value) * s.value_coefficient * reference.value_loss(s, value, part["value"], part["target"])
        )
        return policy_loss - s.entropy * drawn.entropy().mean(1).sum() + rest

    def _clip(self):
        """Shorten each player's gradient to the largest norm."""
        with torch.no_grad():
            gradients = [parameter.grad for parameter in self.parameters]
            squares = sum((g**2).flatten(1).sum(1) for g in gradients)
            factor = torch.clamp(self.settings.max_gradient_norm / (torch.sqrt(squares) + 1e-6), max=1.0)
            for g in gradients:
                g.mul_(factor.reshape(-1, *[1] * (g.ndim - 1)))
