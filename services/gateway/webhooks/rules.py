"""When a webhook is called again, when it is given up, and how what it is sent is signed. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Final

from shared.contracts.events import EVENTS
from shared.errors import Conflict, FieldError, Forbidden, Invalid, Problem, Text
from shared.permissions import PARTNER_SCOPES, Permission

RETRIES: Final[Sequence[timedelta]] = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""What a delivery waits after each failure: three days in all."""

LIVES: Final = sum(RETRIES, timedelta())
JITTER_PERCENT: Final = 20
OPENS_AFTER: Final = 5  # failures in a row: from then on only probes go
LONGEST_PROBE: Final = timedelta(minutes=15)
GIVEN_UP_AFTER: Final = timedelta(days=5)  # of nothing but failures
OLD_SECRET_LIVES: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)  # events, and what was done to deliver them
SECRET_BYTES: Final = 32
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how every secret begins
MOST_WEBHOOKS: Final = 100  # of one tenant
SHOWN_ANSWER: Final = 500  # bytes
TEST_EVENT: Final = "webhook.test"  # told to the webhook that it was asked of, whatever it listens to
GONE: Final = 410  # the receiver wants no more of it
SLOW: Final = timedelta(seconds=1)  # a mean answer: from then on it shares the few lanes of the slow


class WebhookState(StrEnum):
    """Whether a webhook is told.

    `active`: it is; `failing`: its address has not taken the last of them: they are tried again; `disabled`: it is
    not, until somebody enables it.
    """

    ACTIVE = "active"
    FAILING = "failing"
    DISABLED = "disabled"


class DisabledBecause(StrEnum):
    """Why a webhook is disabled.

    `asked`: somebody wanted it so; `gone`: it answered 410; `failed_for_days`: nothing came through for days.
    """

    ASKED = "asked"
    GONE = "gone"
    FAILED_FOR_DAYS = "failed_for_days"


class DeliveryState(StrEnum):
    """How far an event came to a webhook.

    `pending`: waits for its first or its next try; `sent`: its address took it; `failed`: its tries are used up;
    `skipped`: the webhook was disabled, or hears less than when it was handed out.
    """

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class UnknownEvent(Invalid):
    code = "webhook.unknown_event"
    title = {"ru": "Такого события нет", "en": "There is no such event"}


class EventNotYours(Forbidden):
    code = "webhook.event_not_yours"
    title = {"ru": "Об этих событиях вы и сами не узнаёте", "en": "You may not hear of these events yourself"}


class EventNotForPartners(Invalid):
    code = "webhook.event_not_for_partners"
    title = {"ru": "О таких событиях партнёрам не сообщают", "en": "Partners are never told of these events"}


class WebhookDisabled(Conflict):
    code = "webhook.disabled"
    title = {"ru": "Вебхук отключён: сначала включите его", "en": "The webhook is disabled: enable it first"}


class TooManyWebhooks(Conflict):
    code = "webhook.too_many"
    title = {"ru": "Слишком много вебхуков", "en": "There are too many webhooks"}


class PeriodInvalid(Invalid):
    code = "webhook.period_invalid"
    title = {"ru": "Конец периода должен быть позже начала", "en": "The period must end after it begins"}


_NAMES: Final = ", ".join(EVENTS)
_KNOWN: Final[Text] = {"ru": f"Одно из: {_NAMES}", "en": f"One of: {_NAMES}"}


def wrong_events(names: Sequence[str], *, for_partner: bool) -> Invalid | None:
    """What is wrong with these names, whoever sends them: UnknownEvent or EventNotForPartners, pointing at them."""
    unknown = tuple(
        FieldError(f"/events/{place}", UnknownEvent.code, _KNOWN)  # its own name is the sender's text
        for place, name in enumerate(names)
        if name not in EVENTS
    )
    if unknown:
        return UnknownEvent(errors=unknown)
    kept_back = _beyond(names, PARTNER_SCOPES, EventNotForPartners) if for_partner else ()
    return EventNotForPartners(errors=kept_back) if kept_back else None


def check_events(names: Sequence[str], held: Iterable[Permission], *, sent: bool) -> None:
    """Of names that are known. Raises EventNotYours, naming those that the caller may not hear of, in the body if `sent`."""
    if not_yours := _beyond(names, frozenset(held), EventNotYours, in_body=sent):
        raise EventNotYours(errors=not_yours)


def all_at_once(wrong: Sequence[Problem]) -> Problem:
    """One answer for all mistakes of a body: the problem itself, or of several an Invalid that has the errors of each."""
    return wrong[0] if len(wrong) == 1 else Invalid(errors=tuple(chain.from_iterable(one.errors for one in wrong)))


def _beyond(
    names: Sequence[str], allowed: frozenset[Permission], problem: type[Problem], *, in_body: bool = True
) -> tuple[FieldError, ...]:
    """The events of the catalogue that take a permission which is not among the allowed ones, by name."""
    return tuple(
        FieldError(
            f"/events/{place}" if in_body else "",
            problem.code,
            {
                "ru": f"{name}: нужно право {EVENTS[name].permission}",
                "en": f"{name} takes the permission {EVENTS[name].permission}",
            },
        )
        for place, name in enumerate(names)
        if EVENTS[name].permission not in allowed
    )


@dataclass(frozen=True)
class Health:
    """How a webhook has been answering."""

    state: WebhookState
    failures: int  # in a row
    failing_since: datetime | None

    def after_success(self) -> "Health":
        return Health(WebhookState.ACTIVE, 0, None)

    def after_failure(self, now: datetime) -> "Health":
        failures = self.failures + 1
        state = WebhookState.FAILING if failures >= OPENS_AFTER else self.state
        return Health(state, failures, self.failing_since or now)

    def is_given_up(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= GIVEN_UP_AFTER


def next_try(tries: int, now: datetime, below: Callable[[int], int]) -> datetime | None:
    """When a delivery that failed `tries` times is due again; None when it is given up."""
    return None if tries > len(RETRIES) else now + jittered(RETRIES[tries - 1], below)


def is_over_age(asked_at: datetime, now: datetime) -> bool:
    """Whether a delivery that was a probe is given up. A probe uses up no try: it says more of the webhook than of it."""
    return now - asked_at >= LIVES


def next_probe(failures: int, now: datetime, below: Callable[[int], int]) -> datetime:
    """When a webhook that fails is called again at all."""
    step = min(max(failures - OPENS_AFTER, 0) + 1, len(RETRIES) - 1)
    return now + jittered(min(RETRIES[step], LONGEST_PROBE), below)


def jittered(span: timedelta, below: Callable[[int], int]) -> timedelta:
    """Up to a fifth longer, so that what failed together does not come back together."""
    return span + span * below(JITTER_PERCENT * 10 + 1) / 1000


def is_taken(status: int) -> bool:
    """A redirect is a failure: where it leads was not checked, and nobody signed for it."""
    return 200 <= status < 300  # noqa: PLR2004 - HTTP statuses


def new_secret(raw: bytes) -> str:
    return SECRET_PREFIX + base64.b64encode(raw).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """As https://www.standardwebhooks.com has it."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def signed_headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """`secrets`: the present one, and the one before it for as long as it lives."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }
