"""What goes out by a second channel: never what may be out, never what was refused for itself, never against a person."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.networks.reasons import TEXTS
from services.publisher.publications.rules.failover import BLOCKED, PATIENCE, Candidate, chosen, is_blocked, is_given_up

NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
OF_CONTENTS = [
    "network.advertising_limit",
    "network.content_blocked",
    "network.image_refused",
    "network.invalid_request",
    "network.links_forbidden",
    "network.poll_refused",
    "network.refused",
    "network.text_too_long",
    "delivery.image_lost",
]
codes = st.sampled_from([None, *sorted(TEXTS), "delivery.image_lost"])
states = st.sampled_from(DeliveryState)
candidates = st.builds(Candidate, st.sampled_from(ChannelState), st.booleans(), st.booleans(), st.booleans())


@given(state=states, code=codes)
def test_what_was_ever_in_doubt_is_never_sent_elsewhere(state: DeliveryState, code: str | None) -> None:
    assert not is_blocked(state, code, was_in_doubt=True)


@given(state=states, code=codes)
def test_only_an_end_without_a_post_is_a_block(state: DeliveryState, code: str | None) -> None:
    blocked = is_blocked(state, code, was_in_doubt=False)
    assert not blocked or state in {DeliveryState.FAILED, DeliveryState.REJECTED}
    assert is_blocked(DeliveryState.FAILED, code, was_in_doubt=False)
    assert is_blocked(DeliveryState.REJECTED, code, was_in_doubt=False) == (code in BLOCKED)


def test_a_refusal_of_the_contents_is_no_block() -> None:
    assert not BLOCKED & set(OF_CONTENTS)
    assert set(TEXTS) >= BLOCKED


@given(
    state=st.sampled_from(ChannelState),
    waits=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)),
    doubt=st.booleans(),
    urgent=st.booleans(),
)
def test_a_person_pauses_for_as_long_as_they_like(
    state: ChannelState, waits: timedelta, *, doubt: bool, urgent: bool
) -> None:
    given_up = is_given_up(state, NOW - waits, NOW, was_in_doubt=doubt, urgent=urgent)
    lost = state is ChannelState.NEEDS_REAUTHORIZATION and not doubt
    assert given_up == (lost and (urgent or waits >= PATIENCE))
    assert not is_given_up(state, None, NOW, was_in_doubt=doubt, urgent=urgent)


@given(st.lists(candidates, max_size=5))
def test_the_first_that_can_takes_it_unless_one_before_it_has_it(line: list[Candidate]) -> None:
    place = chosen(line)
    able = [each.state is ChannelState.ACTIVE and each.is_below and each.takes_it for each in line]
    if place is None:
        held = next((number for number, each in enumerate(line) if each.has_it), len(line))
        assert not any(able[:held])
    else:
        assert able[place]
        assert not any(able[:place])
        assert not any(each.has_it for each in line[: place + 1])
