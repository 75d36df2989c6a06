"""The ``carbon`` command: single runs, sweeps, replications. It runs and observes the models, and changes no rule."""
