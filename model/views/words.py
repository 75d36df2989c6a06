"""What a system calls things on its page: a period may be a step, firms may be enterprises."""


def word(kind, name):
    """The word of a system, class or model, for "period", "bids" or "firms"; the name itself if it has no other."""
    return kind.words.get(name, name)


def words(kind, name):
    """The plural of `word` for "period".

    >>> from model.systems.two_tier import TwoTier
    >>> words(TwoTier, "period")
    'periods'
    """
    return word(kind, name) + "s"
