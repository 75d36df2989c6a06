"""Summary of one run as text: its metrics, what was changed, and what the metrics do not show."""


def as_text(facts, model):
    """Format the summary as text."""
    from batch_runs.tables import text_table
    from model.metrics import METRICS
    from model.reported import without_noise

    changed = changed_parameters(model.params)
    value_is = "mean" if facts["window"] > 1 else "value"
    rows = [
        {
            "metric": name,
            value_is: f"{without_noise(value):.6g}",
            "unit": METRICS[name].unit,
            "": METRICS[name].help,
        }
        for name, value in facts["metrics"].items()
        if METRICS[name].applies(model) and (value == value or not METRICS[name].missing(model))
    ]
    title = facts["system"] + (f", scenario {facts['scenario']}" if facts["scenario"] else "")
    speed = facts["periods"] / max(facts["seconds"], 1e-3)
    lines = [
        f"{title}, seed {facts['seed']}",
        "changed: "
        + (
            ", ".join(f"{k}={v}" for k, v in changed.items()) or "nothing, all parameters have their defaults"
        ),
        *(f"{title}: {text}" for title, text in model.params.in_words().items()),
        f"{facts['periods']:,} {periods_of(model)} in {facts['seconds']:.2f} s ({speed:,.0f} per second); "
        + measured_over(facts),
        "",
        text_table(rows),
        *learning_lines(facts),
    ]
    return "\n".join(lines)


def learning_facts(model):
    """Exploitability of the last bids, where firms bid on a grid, and the model's warning; both may be missing."""
    from model.systems.bidding.model import BiddingModel
    from model.systems.bidding.settling import last_exploitability

    exploitability = {"exploitability": last_exploitability(model)} if isinstance(model, BiddingModel) else {}
    return exploitability | {"warning": model.warning()}


def learning_lines(facts):
    """Lines on what the metrics do not show: exploitability of the bids, and the warning."""
    lines = []
    if facts.get("exploitability", float("nan")) >= 0.0:
        share = f"{100 * facts['exploitability']:.1f} %"
        lines += [
            "",
            f"exploitability: a firm alone could gain {share} of its full margin by another bid (mean firm)",
        ]
    return lines + (["", f"warning: {facts['warning']}"] if facts["warning"] else [])


def measured_over(facts):
    """Text on the periods that the numbers are taken from."""
    window = facts["window"]
    if facts["read_out"]:
        return f"means over a read-out of {window:,} more ({facts['read_out']}):"
    return f"means over the last {window:,}:" if window > 1 else "numbers of the last:"


def periods_of(model):
    """Word of a model for its periods, such as steps."""
    return f"{model.params.period_name}s"


def changed_parameters(params):
    """Return the values that differ from the defaults, by flat name."""
    defaults = type(params)().everything()
    return {name: value for name, value in params.flat().items() if value != defaults[name]}
