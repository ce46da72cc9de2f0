from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.readiness import (
    LONGEST_PAUSE,
    LOOK_AGAIN,
    ChannelState,
    Readiness,
    pause_until,
    wait_of,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", [ChannelState.NEEDS_REAUTHORIZATION, ChannelState.PAUSED])
def test_posts_wait_for_a_channel_that_a_person_must_bring_back(state: ChannelState) -> None:
    assert wait_of(Readiness(state, None), NOW) == LOOK_AGAIN


@given(seconds=st.integers(-3600, 3600))
def test_posts_wait_as_long_as_the_network_asked(seconds: int) -> None:
    wait = wait_of(Readiness(ChannelState.ACTIVE, NOW + timedelta(seconds=seconds)), NOW)
    assert wait == (timedelta(seconds=seconds) if seconds > 0 else None)


def test_an_active_channel_sends_now() -> None:
    assert wait_of(Readiness(ChannelState.ACTIVE, None), NOW) is None


@given(seconds=st.floats(-1e6, 1e9))
def test_a_pause_is_bounded(seconds: float) -> None:
    assert timedelta(seconds=1) <= pause_until(NOW, seconds) - NOW <= LONGEST_PAUSE
