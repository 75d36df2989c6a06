"""The ``carbon`` command and what it does: single runs, sweeps, replications. It only watches the models."""
