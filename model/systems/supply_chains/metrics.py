"""Metrics of supply chains that no other system reports; the form is that of `model.metrics`."""

from model.metrics import metric


def no_plans(model):
    """Reason why machines and transport have no numbers: the chains of Table 5 come without plans."""
    return "not known for the chains of Table 5" if model.instance is None else ""


@metric("share", missing=no_plans)
def green_production(government, firms):
    """Units made on green machines, mean over the chains [Esmaeili2022, Fig. 5]."""
    return firms.green_production.mean(-1)


@metric("share", missing=no_plans)
def green_transport(government, firms):
    """Units carried by green modes, mean over the chains [Esmaeili2022, Fig. 5]."""
    return firms.green_transport.mean(-1)
