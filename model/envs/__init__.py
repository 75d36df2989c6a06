"""The systems as environments for reinforcement learning; only here Gymnasium and PettingZoo are used."""
