"""Kinds of publications, their states, and how a publication's state follows from its deliveries."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from services.publisher.channels.rules.attempts import OPEN, DeliveryState
from shared.errors import Conflict, FieldError, Invalid, Text
from shared.steps import possible_now


class PublicationKind(StrEnum):
    """What it is about.

    `news`: what happened; `achievement`: what the union has won; `law_change`: a change in the law: needs
    `law_change`, can be acknowledged; `event`: something to come to; `consultation`: advice; `greeting`: a
    greeting: too late, it is not sent at all; `campaign`: a part of a campaign; `guide`: how to do something, for
    `role`: can be acknowledged; `result`: what came of something that was asked or begun.
    """

    NEWS = "news"
    ACHIEVEMENT = "achievement"
    LAW_CHANGE = "law_change"
    EVENT = "event"
    CONSULTATION = "consultation"
    GREETING = "greeting"
    CAMPAIGN = "campaign"
    GUIDE = "guide"
    RESULT = "result"


class PublicationState(StrEnum):
    """How far a publication came.

    `draft`: being written; `in_review`: waits for the leave of those who approve; `approved`: they gave it;
    `returned`: they sent it back to be mended; `scheduled`: goes out at its time; `publishing`: on its way to some
    channel; `published`: all channels show it; `partially_published`: some channels show it, the others never will
    by themselves; `unconfirmed`: of some channel nobody knows: look there, then `confirm` the delivery; `failed`:
    no channel shows it; `withdrawn`: kept from the public for good.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIALLY_PUBLISHED = "partially_published"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


UNSENT = frozenset(
    {
        PublicationState.DRAFT,
        PublicationState.IN_REVIEW,
        PublicationState.APPROVED,
        PublicationState.RETURNED,
        PublicationState.SCHEDULED,
    }
)
OUT = frozenset(
    {PublicationState.PUBLISHED, PublicationState.PARTIALLY_PUBLISHED, PublicationState.UNCONFIRMED}
)  # some channel shows it, or may show it


_READY = frozenset(
    {PublicationState.DRAFT, PublicationState.RETURNED, PublicationState.APPROVED, PublicationState.SCHEDULED}
)
ALLOWED: Mapping[Verb, frozenset[PublicationState]] = {
    Verb.EDIT: UNSENT,
    Verb.SUBMIT: frozenset({PublicationState.DRAFT, PublicationState.RETURNED}),
    Verb.APPROVE: frozenset({PublicationState.IN_REVIEW}),
    Verb.RETURN: frozenset({PublicationState.IN_REVIEW, PublicationState.APPROVED}),
    Verb.PUBLISH: _READY,
    Verb.SCHEDULE: _READY,
    Verb.CORRECT: OUT,
    Verb.WITHDRAW: UNSENT | OUT | {PublicationState.PUBLISHING, PublicationState.FAILED},
}

_OF_DELIVERIES: Mapping[PublicationState, tuple[str, ...]] = {
    PublicationState.PARTIALLY_PUBLISHED: ("deliveries/{id}/retry",),
    PublicationState.UNCONFIRMED: ("deliveries/{id}/confirm",),
    PublicationState.FAILED: ("deliveries/{id}/retry",),
}
_COPY: Text = {"ru": "для новой публикации есть `copy`", "en": "`copy` makes a new one"}

TOO_LATE_AFTER: Mapping[PublicationKind, timedelta] = {
    PublicationKind.GREETING: timedelta(hours=24),  # congratulations after the day are worse than none
}

URGENT: frozenset[PublicationKind] = frozenset({PublicationKind.LAW_CHANGE})  # goes out before what waits for its turn


class PublicationStateForbids(Conflict):
    code = "publication.wrong_state"
    title = {"ru": "Публикация сейчас не в том состоянии", "en": "The publication is not in a state that allows this"}
    sample_detail = {
        "ru": "Сейчас `published`, возможно: `correct`, `withdraw`, `copy`",
        "en": "It is `published` now; possible: `correct`, `withdraw`, `copy`",
    }


class BeingSent(Conflict):
    code = "publication.being_sent"
    title = {
        "ru": "Публикация прямо сейчас отправляется в один из каналов: повторите через минуту",
        "en": "The publication is being sent to one of its channels right now: try again in a minute",
    }


class NotPublishable(Invalid):
    code = "publication.not_publishable"
    title = {"ru": "Публикацию нельзя отправить в таком виде", "en": "The publication cannot be sent as it is"}
    sample_detail = {"ru": "Предпросмотр показывает, что исправить", "en": "The preview shows what to mend"}
    sample_errors = (
        FieldError(
            "/text",
            "publication.text_too_long",
            {
                "ru": "Текст длиннее допустимого: 4210 знаков при пределе 4096",
                "en": "The text is too long: 4210 characters, the limit is 4096",
            },
        ),
    )


def forbidden_in(state: PublicationState) -> PublicationStateForbids:
    """What to raise: it says what is possible instead."""
    verbs = [verb for verb in Verb if state in ALLOWED[verb]]
    steps = [*verbs, *_OF_DELIVERIES.get(state, ())]
    return PublicationStateForbids(possible_now(state, [*steps, "copy"] if steps else [], _COPY))


def check_allowed(verb: Verb, state: PublicationState) -> None:
    """Raises PublicationStateForbids."""
    if state not in ALLOWED[verb]:
        raise forbidden_in(state)


def check_not_being_sent(deliveries: Collection[DeliveryState]) -> None:
    """Raises BeingSent while a network is being called: nobody knows yet whether there is something to take down."""
    if DeliveryState.SENDING in deliveries:
        raise BeingSent


def state_after(deliveries: Collection[DeliveryState]) -> PublicationState:
    """The state of a publication whose deliveries (at least one) are in these states."""
    if DeliveryState.UNKNOWN in deliveries:
        return PublicationState.UNCONFIRMED
    if not OPEN.isdisjoint(deliveries):
        return PublicationState.PUBLISHING
    sent = sum(state is DeliveryState.SENT for state in deliveries)
    if sent == len(deliveries):
        return PublicationState.PUBLISHED
    if sent:
        return PublicationState.PARTIALLY_PUBLISHED
    return PublicationState.WITHDRAWN if DeliveryState.WITHDRAWN in deliveries else PublicationState.FAILED


def is_too_late(
    kind: PublicationKind, published_at: datetime, now: datetime, planned_at: datetime | None = None
) -> bool:
    """Whether what was to go out at `published_at`, or at the channel's own time, had better not go out at all."""
    limit = TOO_LATE_AFTER.get(kind)
    return limit is not None and now - max(published_at, planned_at or published_at) > limit


def is_urgent(kind: PublicationKind) -> bool:
    """Whether it goes before what waits in the same channel."""
    return kind in URGENT
