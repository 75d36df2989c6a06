"""Ways to issue a period's permits to enterprises: free of charge, or in any registered sealed-bid auction."""

from learning.knobs import Settings
from learning.registry import Registry
from model.mechanisms.auctions.base import AUCTIONS

FREE = "free"


class FreeAllocation:
    """Permits are given away, by schedule and weights."""

    Settings = Settings


class Issuing(Registry):
    """Free allocation and every auction format, those registered later included."""

    def __getitem__(self, name):
        return super().__getitem__(name) if name not in AUCTIONS else AUCTIONS[name]

    def __contains__(self, name):
        return super().__contains__(name) or name in AUCTIONS

    def __iter__(self):
        yield from super().__iter__()
        yield from AUCTIONS

    def __len__(self):
        return super().__len__() + len(AUCTIONS)


ISSUING = Issuing("way of issuing")
ISSUING.register(FREE)(FreeAllocation)
