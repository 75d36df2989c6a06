"""Names with shares as text, and how many players each gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.shares import Share, one_among, read_shares, split_players, write_shares

NAMES = st.sampled_from(("q_learning", "roth_erev", "random"))
SHARES = st.lists(st.builds(Share, NAMES, st.floats(0.1, 100.0)), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("q_learning", "q_learning"),
        ("q_learning:3", "q_learning"),
        ("q_learning:1+roth_erev:4", "q_learning+roth_erev:4"),
        ("q_learning:1 roth_erev:4", "q_learning+roth_erev:4"),  # + in a link typed by hand
        (" q_learning + roth_erev : 4".replace(" : ", ":"), "q_learning+roth_erev:4"),
        ("roth_erev:0.20+q_learning:0.8", "roth_erev:0.2+q_learning:0.8"),
    ],
)
def test_a_text_has_one_usual_form(text, usual):
    assert write_shares(read_shares(text)) == usual
    assert write_shares(read_shares(usual)) == usual


@pytest.mark.parametrize("text", ["", " ", "+", "a:", "a:b", "a:0", "a:-1", "a:inf", "a:nan", ":2", "a:1:2"])
def test_a_malformed_text_is_refused(text):
    with pytest.raises(ValueError, match=r"no name|positive weight"):
        read_shares(text)


@pytest.mark.parametrize(
    ("text", "players", "counts"),
    [
        ("a", 7, [7]),
        ("a:1+b:4", 5, [1, 4]),
        ("a:2+b:1+a:2", 5, [2, 1, 2]),
        ("a:0.8+b:0.2", 10, [8, 2]),
        ("a+b", 5, [3, 2]),  # 2.5 each: the first of equal remainders is rounded up
        ("a+b+c", 5, [2, 2, 1]),  # 1.67 each
        ("a:1+b:2", 4, [1, 3]),  # 1.33 and 2.67
    ],
)
def test_players_are_divided_by_the_largest_remainders(text, players, counts):
    assert split_players(read_shares(text), players) == counts


@given(shares=SHARES, players=st.integers(1, 60))
def test_everybody_belongs_to_one_share_and_each_is_within_one_of_its_quota(shares, players):
    total = sum(weight for _, weight in shares)
    try:
        counts = split_players(shares, players)
    except ValueError as error:
        assert "gets none of the" in str(error)
        return
    assert sum(counts) == players
    assert all(
        abs(count - players * weight / total) < 1.0 + 1e-9
        for count, (_, weight) in zip(counts, shares, strict=True)
    )


@given(shares=SHARES)
def test_shares_survive_being_written(shares):
    again = read_shares(write_shares(shares))
    assert [name for name, _ in again] == [name for name, _ in shares]
    if len(shares) > 1:
        assert [weight for _, weight in again] == pytest.approx([weight for _, weight in shares], rel=1e-12)


def test_one_among_others_is_the_first_player():
    assert split_players(read_shares(one_among("a", "b", 7)), 7) == [1, 6]
