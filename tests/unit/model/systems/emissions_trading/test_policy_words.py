"""The policy in words: every part of it, and nothing left out."""

from model.systems.emissions_trading.params import EmissionsTradingParams


def test_the_default_policy_in_words():
    words = EmissionsTradingParams().in_words()
    assert words["cap"] == "95 t in year 1, falling linearly to 55 t in year 10"
    assert words["allocation"] == "all permits are auctioned"
    assert "reserve price 32 €/t, rising 5 % a year" in words["auctions"]
    assert "also" not in words


def test_every_knob_of_the_policy_changes_the_words():
    changes = {"cap_path": "geometric", "cap_table": " ".join(["90"] * 10), "free_rule": "equal"}
    base = {
        "offset_limit": 0.1,
        "stability": "eu",
        "free_share": 0.5,
        "ecr_price": 40.0,
        "ccr_price": 60.0,
        "ceiling_price": 90.0,
        "regulator": "q_learning",
    }
    usual = EmissionsTradingParams.from_flat(base)
    for name, knob in EmissionsTradingParams.knobs().items():
        if knob.group != "policy" or name in base or name == "tax":
            continue
        if (value := changes.get(name) or another_value(knob, getattr(usual, name))) is None:
            continue
        changed = EmissionsTradingParams.from_flat(base | {name: value})
        assert changed.in_words() != usual.in_words(), name


def test_a_tax_stands_alone():
    p = EmissionsTradingParams(instrument="tax", tax=30.0)
    assert p.in_words() == {"tax": "30 €/t, rising 5 % a year, instead of permits"}
    assert p.replace({"tax": 40.0}).in_words() != p.in_words()


def test_a_regulator_is_told_with_its_lever_and_purpose():
    p = EmissionsTradingParams(regulator="price_target", lever="cap", lever_most=0.3)
    anew = "the permits auctioned, by up to 30 % either way, to steer the price to 50 €/t, rising 5 % a year"
    assert p.in_words()["set anew every year"] == anew
    taxed = EmissionsTradingParams(instrument="tax", regulator="emission_target").in_words()
    assert list(taxed) == ["tax", "set anew every year"]
    assert taxed["set anew every year"].startswith(
        "the tax, by up to 50 % either way, stricter by 10 % after"
    )


def test_traders_are_told_of_where_they_are():
    assert "traders" not in EmissionsTradingParams().in_words()["exchange"]
    with_bids = EmissionsTradingParams(n_traders=2, traders_bid=True).in_words()["exchange"]
    assert with_bids.endswith("with 2 traders without emissions, in auctions too")


def another_value(knob, now):
    """Value allowed for a knob other than the present one; None for a text."""
    if knob.type is bool:
        return not now
    if knob.choices is not None:
        return next(choice for choice in knob.choices if choice != now)
    if knob.type is str:
        return None
    step = 1 if knob.type is int else 0.05
    return now + step if knob.high is None or now + step <= knob.high else now - step
