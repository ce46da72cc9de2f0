from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.attempts import OPEN, DeliveryState
from services.publisher.publications.rules.states import (
    OUT,
    BeingSent,
    PublicationKind,
    PublicationState,
    PublicationStateForbids,
    Verb,
    check_allowed,
    check_not_being_sent,
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


@given(deliveries)
def test_what_is_being_sent_is_waited_for(states: list[DeliveryState]) -> None:
    if DeliveryState.SENDING in states:
        with pytest.raises(BeingSent):
            check_not_being_sent(states)
    else:
        check_not_being_sent(states)


@given(deliveries)
def test_withdrawn_means_that_no_channel_has_it_any_more(states: list[DeliveryState]) -> None:
    if state_after(states) is PublicationState.WITHDRAWN:
        assert DeliveryState.WITHDRAWN in states
        assert not {DeliveryState.SENT, DeliveryState.UNKNOWN, *OPEN}.intersection(states)


@given(verb=st.sampled_from(Verb))
def test_what_is_withdrawn_stays_so_and_what_is_out_is_only_put_right(verb: Verb) -> None:
    with pytest.raises(PublicationStateForbids):
        check_allowed(verb, PublicationState.WITHDRAWN)
    if verb not in {Verb.CORRECT, Verb.WITHDRAW}:
        for state in OUT:
            with pytest.raises(PublicationStateForbids):
                check_allowed(verb, state)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (PublicationState.WITHDRAWN, "It is `withdrawn` now: `copy` makes a new one"),
        (PublicationState.PUBLISHED, "It is `published` now; possible: `correct`, `withdraw`, `copy`"),
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
