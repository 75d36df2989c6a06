"""Environments: the systems as reinforcement learners know games. Gymnasium and PettingZoo are imported only here."""
