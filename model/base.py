"""Base class of all systems: parameters, seed, random streams, stepping, collecting, and live policy."""

import copy
import time

from learning.knob_names import own_names
from learning.knobs import ParameterError
from learning.postponed import expects_interpreted
from learning.registry import Registry
from model.collector import Collector, keep_within
from model.mesa_part import MesaPart
from model.params import Params
from model.read_out import read_out
from model.streams import as_streams, one_of

SYSTEMS = Registry("system")

BLOCK_BYTES = 2**26
"""Most bytes, approximately, that the periods of a block take."""
BLOCK_SECONDS = 0.1
"""Seconds that a block takes at most, or one period: between two blocks the thread can be interrupted."""
FIRST_BLOCK, BLOCK = 256, 4096
"""Periods of a model's first block, and most of one: random numbers fit the cache, and progress is reported."""


class MarketModel(MesaPart):
    """A market that repeats period by period. Subclasses build the agents and define what happens in a period.

    params : a `Params` object, or None; overrides : flat names such as ``phi=0.9`` or ``**{"q_learning.alpha": 0.5}``.
    rng : seed (int), SeedSequence, Generator, new `Streams`, or None for a fresh one; ``model.seed`` is the one used.
    seed : another name for it, as in Mesa; TypeError if both are given.
    """

    Params = Params
    metrics = ()
    expires = True
    """Whether permits expire at the end of the step in which they were issued."""
    names = ()
    """Names of the firms, where there are any; `firm_names` always has some."""
    compile_seconds = 10
    """Seconds, about, that compiling its rules takes, once per version of them."""
    keeps_all = False
    """Whether all that is collected stays in memory; otherwise it is thinned above `collector.MOST_MEMORY`."""
    _block = FIRST_BLOCK
    """Periods of the next block: beginning one costs as much as dozens of short periods."""

    def __init_subclass__(cls, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        if name:
            cls.name = SYSTEMS.register(name)(cls) and name

    def __init__(self, params=None, *, rng=None, seed=None, scenario=None, **overrides):
        del scenario  # SolaraViz of Mesa 3.5 passes one; our scenarios are parameters
        self.streams = as_streams(one_of(rng, seed))
        self.seed = self.streams.seed
        self.begin_mesa(self.seed)
        params = params or self.Params()
        self.params = params.replace(overrides) if overrides else params
        self.populations, self._grid, self._placing = [], None, False
        self.events = []
        self.collect_every = self.params.collect_every
        self.explore = self.learning = True
        self.build()
        self.datacollector = Collector(self, self.metrics)

    def __repr__(self):
        return f"<{self.name}, seed {self.seed}, {self.params.period_name} {self.steps}>"

    # -- defined by each system ---------------------------------------------------------------------------------

    @classmethod
    def preparation(cls, params):
        """Hashable key of what `prepare` depends on, so that equal preparations run once; None: nothing to prepare."""

    @classmethod
    def prepare(cls, params, *, run=None, progress=None, stop=lambda: False):
        """Do and store the long computations for models with ``params``; run, progress, stop : as of `solve_curves`."""

    @classmethod
    def prepared_files(cls, params):
        """Files of a `CurveStore` with what `prepare` has solved for models with ``params``."""
        return ()

    @classmethod
    def is_prepared(cls, params):
        """Return whether a model with ``params`` can be made without `prepare`; ParameterError as when making it."""
        return True

    def build(self):
        """Make the agents and everything derived from the parameters."""
        raise TypeError(f"{type(self).__name__} must define build()")

    def apply_policy(self):
        """Recompute everything derived from live parameters; called after they changed."""

    def run_period(self, chance):
        """Play one period, agent by agent, with its random numbers ``chance`` (a block of one period)."""
        raise TypeError(f"{type(self).__name__} must define run_period()")

    def draw_chance(self, periods):
        """Draw the random numbers of the next ``periods`` periods from the streams."""
        raise TypeError(f"{type(self).__name__} must define draw_chance()")

    @property
    def firm_names(self):
        """Name of each firm, a list: that of its file, or firm 1, firm 2, and so on."""
        return list(self.names) or [f"firm {number}" for number in range(1, len(self.firms) + 1)]

    def ledgers(self):
        """Rows of firms and government, a pair per kind of permit, on which `model.accounts` works."""
        return [(self.firms.rows, self.public.rows)]

    def is_compiled(self):
        """Return whether all parts are compiled, so that `run_compiled` can play blocks of periods."""
        return False

    def run_compiled(self, periods, chance):
        """Play a block of periods in one compiled loop; return the periods to collect and their numbers."""
        raise TypeError(f"{type(self).__name__} must define run_compiled()")

    def keep_for_page(self):
        """From now on keep what pages show of past periods beside what is collected, if anything; return the model.

        Mesa's part begins now: no thread may begin it while another one plays.
        """
        self.be_mesa()
        return self

    # -- shared by all systems ----------------------------------------------------------------------------------

    def step(self):
        """Play one period agent by agent: for reading, debugging, and agents written in plain Python."""
        if self.be_mesa():  # which counts steps around this method
            return self.step()
        self.run_period(self.draw_chance(1))
        if self.steps % self.collect_every == 0:
            self.datacollector.collect(self)
            self._keep_within_memory()

    def advance(self, periods, progress=None):
        """Play ``periods`` periods as fast as the parts allow; the result is bit-identical to that many steps.

        A run of any length fits into memory: above 64 MB (`collector.MOST_MEMORY`) every second period collected is
        dropped, and later ones are collected half as often; ``keeps_all`` keeps them all.
        progress : called after every block with the number of periods it played.
        """
        left = int(periods)
        if left < 0:
            raise ValueError(f"periods = {periods}: must be at least 0")
        compiled = self.is_compiled()
        most = self.most_per_block() if compiled else 1
        self._block = 1 if expects_interpreted() else min(self._block, most)
        while left > 0:
            block, began = min(left, self._block), time.perf_counter()
            self._play_block(block, compiled)
            self._block = _next_size(block, time.perf_counter() - began, most)
            left -= block
            if progress:
                progress(block)

    def most_per_block(self):
        """Most periods that are played as one block in a compiled loop."""
        return max(1, min(BLOCK, BLOCK_BYTES // self.bytes_per_period()))

    def bytes_per_period(self):
        """Approximate memory, bytes, that each period of a block takes; a system with further arrays adds them."""
        return 2 * (self.firms.numbers.nbytes + self.public.numbers.nbytes)

    def compile_rules(self):
        """Compile the rules that `advance` runs by playing one period with a copy; return it. The model is unchanged.

        Agents in plain Python call compiled rules, too; if one cannot be copied, rules are compiled when first used.
        """
        try:
            twin = copy.deepcopy(self)
        except Exception:
            if self.is_compiled():
                raise
            return None
        twin.advance(1)
        return twin

    def _play_block(self, periods, compiled):
        if not compiled:
            self.be_mesa()  # now, as a subclass may do something of its own before it calls `step` here
            return self.step()
        self.datacollector.collect_block(*self.run_compiled(periods, self.draw_chance(periods)))
        self.steps += periods
        self._keep_within_memory()

    def _keep_within_memory(self):
        if not self.keeps_all:
            keep_within(self, self.datacollector.most)

    def read_out(self, periods=100):
        """Play with what has been learned, on a copy; return its rows of government and firms (`model.read_out`)."""
        return read_out(self, periods)

    def change_policy(self, **values):
        """Change live parameters from the next period on and log it in ``events``; ParameterError for other ones."""
        knobs = self.params.all_knobs()
        values = own_names(values, knobs)
        for name in values:
            if name in knobs and not knobs[name].live:
                raise ParameterError(f"{name} cannot change while the model runs; start a new run with it")
        before = self.params
        self.params = before.replace(values)
        try:
            self.apply_policy()
        except ParameterError:
            self.params = before
            raise
        self.events += [
            {
                "step": self.steps,
                "name": name,
                "before": before.everything()[name],
                "after": self.params.everything()[name],
            }
            for name in values
        ]

    def warning(self):
        """Return why the numbers of the run may mislead, for outputs and pages; "" if nothing is known."""
        return ""

    def summary(self, last=None):
        """Mean of every metric over those of the last ``last`` periods (all by default) that are collected, by name.

        ValueError if none of them is.
        """
        return self.datacollector.mean(0 if last is None else self.steps - last)

    def play_one_by_one(self, periods, play):
        """Play periods by calling ``play(k)``, k = 0, 1, …, and return the same as `run_compiled`."""
        recorded = self.recorded_periods(periods)
        kept = self.datacollector.room(len(recorded))
        wanted = {period - self.steps - 1: row for row, period in enumerate(recorded)}
        for k in range(periods):
            play(k)
            if k in wanted:
                kept[0][wanted[k]], kept[1][wanted[k]] = (
                    self.public.numbers,
                    self.firms.numbers,
                )
        return recorded, *kept

    def recorded_periods(self, periods):
        """Numbers of those of the next ``periods`` periods that are to be collected, a range."""
        every, before = self.collect_every, self.steps
        first = before + every - before % every
        return range(first, before + periods + 1, every)


def _next_size(periods, seconds, most):
    """Periods of the block after one of ``periods`` that took ``seconds``."""
    return max(1, min(most, int(periods * BLOCK_SECONDS / max(seconds, 1e-9))))
