"""Reading out: a copy of a model plays on without experiments, to show what has been learned."""

import copy


class ReadOut(tuple):
    """Rows of government and firms, record arrays [periods, 1 or n], of a read-out.

    model : the copy that played them, for whatever else is to be seen of it.
    """

    def __new__(cls, model, periods):
        """Take the rows of the last ``periods`` periods of the model, which has collected them all."""
        made = super().__new__(cls, model.datacollector.rows(periods))
        made.model, made._periods = model, periods
        return made

    def summary(self):
        """Return the mean of every metric over the read-out, by name."""
        return self.model.summary(self._periods)


def read_out(model, periods):
    """Play ``periods`` periods with a copy of the model, which itself stays as it is, and return the `ReadOut`.

    Without experiments and further learning, unless ``read_out`` of the parameters is exploring. TypeError if an agent
    holds something that cannot be copied, such as an open file.
    """
    try:
        twin = copy.deepcopy(model)
    except Exception as error:
        raise TypeError(f"{model!r} cannot be copied, and a read-out plays with a copy: {error}") from error
    twin.collect_every, twin.keeps_all = 1, True
    if twin.params.read_out == "greedy":
        twin.explore = twin.learning = False
    twin.advance(periods)
    return ReadOut(twin, periods)
