"""When a webhook is called again, and how what it is sent is signed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Receiver

from services.gateway.webhooks.rules import (
    GIVEN_UP_AFTER,
    LONGEST_PROBE,
    OPENS_AFTER,
    RETRIES,
    EventNotForPartners,
    EventNotYours,
    Health,
    UnknownEvent,
    WebhookState,
    all_at_once,
    check_events,
    is_taken,
    new_secret,
    next_probe,
    next_try,
    signature,
    signed_headers,
    wrong_events,
)
from shared.contracts.events import EVENTS
from shared.errors import FieldError
from shared.http import UnsafeUrl
from shared.permissions import PARTNER_SCOPES, Permission

NOW = datetime(2031, 3, 3, tzinfo=UTC)
WELL = Health(WebhookState.ACTIVE, 0, None)


def test_the_published_example_is_signed_as_published() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(raw=st.binary(min_size=24, max_size=64), body=st.text(), message_id=st.uuids())
def test_a_receiver_of_the_specification_takes_what_is_signed(raw: bytes, body: str, message_id: object) -> None:
    sent = body.encode(errors="replace")
    now = int(datetime.now(UTC).timestamp())
    secret, old = new_secret(raw), new_secret(raw[::-1] + b"old")
    headers = signed_headers([secret, old], str(message_id), now, sent)
    Receiver(secret).verify(sent, headers, json_parse=False)
    Receiver(old).verify(sent, headers, json_parse=False)  # while a secret is exchanged, both


def test_tries_go_on_for_three_days() -> None:
    assert timedelta(hours=68) < sum(RETRIES, timedelta()) < timedelta(hours=76)
    assert list(RETRIES) == sorted(RETRIES)


@given(tries=st.integers(1, len(RETRIES)), chance=st.integers(0, 1000))
def test_a_try_comes_a_little_later_than_planned_and_never_earlier(tries: int, chance: int) -> None:
    def below(limit: int) -> int:
        return chance % limit

    at = next_try(tries, NOW, below)
    assert at is not None
    assert RETRIES[tries - 1] <= at - NOW <= RETRIES[tries - 1] * 1.2
    assert next_try(len(RETRIES) + 1, NOW, below) is None


@given(failures=st.integers(OPENS_AFTER, 1000))
def test_a_failing_webhook_is_probed_at_least_every_quarter_of_an_hour(failures: int) -> None:
    at = next_probe(failures, NOW, lambda limit: limit - 1)
    assert timedelta(0) < at - NOW <= LONGEST_PROBE * 1.2


@given(outcomes=st.lists(st.booleans(), max_size=40))
def test_failures_in_a_row_open_the_circuit_and_one_success_closes_it(outcomes: list[bool]) -> None:
    health = WELL
    for at, taken in enumerate(outcomes):
        health = health.after_success() if taken else health.after_failure(NOW + timedelta(hours=at))
    row = len(outcomes) - next((at for at in range(len(outcomes), 0, -1) if outcomes[at - 1]), 0)
    assert health.failures == row
    assert (health.state is WebhookState.FAILING) == (row >= OPENS_AFTER)
    assert (health.failing_since is not None) == (row > 0)


def test_days_of_nothing_but_failures_end_it() -> None:
    failing = WELL.after_failure(NOW)
    assert not failing.is_given_up(NOW + GIVEN_UP_AFTER - timedelta(seconds=1))
    assert failing.is_given_up(NOW + GIVEN_UP_AFTER)
    assert not failing.after_success().is_given_up(NOW + GIVEN_UP_AFTER)


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (301, False), (400, False), (410, False)])
def test_only_a_success_is_one(status: int, taken: bool) -> None:
    assert is_taken(status) is taken


def test_nobody_has_a_webhook_told_what_they_may_not_hear() -> None:
    check_events(["publication.published"], [Permission.SEE_PUBLICATIONS], sent=True)
    check_events(list(EVENTS), Permission, sent=True)
    names = ["event.full", "publication.published"]
    with pytest.raises(EventNotYours) as refused:
        check_events(names, [Permission.SEE_EVENTS], sent=True)
    (error,) = refused.value.errors
    assert (error.pointer, error.detail["en"]) == (
        "/events/1",
        "publication.published takes the permission see_publications",
    )
    with pytest.raises(EventNotYours) as refused:
        check_events(names, [Permission.SEE_EVENTS], sent=False)
    assert [one.pointer for one in refused.value.errors] == [""]


@pytest.mark.parametrize("for_partner", [True, False])
def test_names_that_nobody_is_told_of_are_pointed_at(for_partner: bool) -> None:
    unknown = wrong_events(["survey.opened", "survey.exploded"], for_partner=for_partner)
    assert isinstance(unknown, UnknownEvent)
    assert [one.pointer for one in unknown.errors] == ["/events/1"]
    assert "exploded" not in repr(unknown.errors)
    assert all(one.detail[tongue].endswith(", ".join(EVENTS)) for one in unknown.errors for tongue in ("ru", "en"))
    kept_back = [name for name, kind in EVENTS.items() if kind.permission not in PARTNER_SCOPES]
    wrong = wrong_events(list(EVENTS), for_partner=for_partner)
    if for_partner:
        assert isinstance(wrong, EventNotForPartners)
        assert [one.detail["en"].split(" ")[0] for one in wrong.errors] == kept_back
    else:
        assert wrong is None


def test_several_mistakes_are_told_at_once() -> None:
    wrong = UnknownEvent(errors=(FieldError("/events/0", UnknownEvent.code, UnknownEvent.title),))
    assert all_at_once([wrong]) is wrong
    both = all_at_once([UnsafeUrl("/url"), wrong])
    assert (both.code, [one.code for one in both.errors]) == ("invalid", ["url.not_allowed", "webhook.unknown_event"])
