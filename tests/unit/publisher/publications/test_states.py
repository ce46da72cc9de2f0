from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.attempts import OPEN, DeliveryState
from services.publisher.publications.rules.states import (
    AlreadyOut,
    PublicationKind,
    PublicationState,
    PublicationStateForbids,
    Verb,
    check_allowed,
    check_withdrawable,
    is_too_late,
    state_after,
)

deliveries = st.lists(st.sampled_from(DeliveryState), min_size=1, max_size=8)


@given(deliveries)
def test_one_unknown_makes_it_unconfirmed_whatever_the_others_are(states: list[DeliveryState]) -> None:
    assert (state_after(states) is PublicationState.UNCONFIRMED) == (DeliveryState.UNKNOWN in states)


@given(deliveries)
def test_published_means_that_every_channel_has_it(states: list[DeliveryState]) -> None:
    everywhere = all(state is DeliveryState.SENT for state in states)
    assert (state_after(states) is PublicationState.PUBLISHED) == everywhere


@given(deliveries)
def test_it_is_not_over_while_something_may_still_be_sent(states: list[DeliveryState]) -> None:
    if DeliveryState.UNKNOWN not in states:
        assert (state_after(states) is PublicationState.PUBLISHING) == bool(OPEN.intersection(states))


@given(deliveries)
def test_failed_means_that_no_channel_has_it(states: list[DeliveryState]) -> None:
    if state_after(states) is PublicationState.FAILED:
        assert DeliveryState.SENT not in states


@given(deliveries, st.randoms())
def test_the_order_of_channels_does_not_matter(states: list[DeliveryState], random: Random) -> None:
    shuffled = list(states)
    random.shuffle(shuffled)
    assert state_after(shuffled) is state_after(states)


@pytest.mark.parametrize("out", [DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING])
def test_what_somebody_may_see_is_not_withdrawn(out: DeliveryState) -> None:
    with pytest.raises(AlreadyOut):
        check_withdrawable([DeliveryState.PENDING, out])


@given(verb=st.sampled_from(Verb))
def test_what_is_withdrawn_or_published_stays_so(verb: Verb) -> None:
    for state in (PublicationState.WITHDRAWN, PublicationState.PUBLISHED, PublicationState.UNCONFIRMED):
        with pytest.raises(PublicationStateForbids):
            check_allowed(verb, state)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (PublicationState.PUBLISHED, "It is `published` now: `copy` makes a new one"),
        (PublicationState.FAILED, "It is `failed` now; possible: `withdraw`, `deliveries/{id}/retry`, `copy`"),
    ],
)
def test_a_refused_verb_says_what_leads_on(state: PublicationState, says: str) -> None:
    with pytest.raises(PublicationStateForbids) as refused:
        check_allowed(Verb.PUBLISH, state)
    assert refused.value.detail is not None
    assert refused.value.detail["en"] == says


@given(late=st.timedeltas(timedelta(0), timedelta(days=9)))
def test_only_a_greeting_grows_stale(late: timedelta) -> None:
    moment = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for kind in PublicationKind:
        stale = kind is PublicationKind.GREETING and late > timedelta(hours=24)
        assert is_too_late(kind, moment, moment + late) is stale
