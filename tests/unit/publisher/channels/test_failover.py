"""Which channel may stand in for another."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.failover import LONGEST_CHAIN, FailoverRefused, check_failover

CHANNEL = uuid4()


@given(st.lists(st.uuids(), min_size=1, max_size=LONGEST_CHAIN - 1), st.integers(0, LONGEST_CHAIN))
def test_nothing_goes_in_a_circle(others: list[UUID], place: int) -> None:
    if CHANNEL not in others:
        check_failover(CHANNEL, others, is_below=True)
    with pytest.raises(FailoverRefused):
        check_failover(CHANNEL, [*others[:place], CHANNEL, *others[place:]], is_below=True)


def test_a_line_has_an_end() -> None:
    with pytest.raises(FailoverRefused):
        check_failover(CHANNEL, [uuid4() for _ in range(LONGEST_CHAIN)], is_below=True)


def test_nobody_stands_in_for_those_below_them() -> None:
    with pytest.raises(FailoverRefused):
        check_failover(CHANNEL, [uuid4()], is_below=False)
