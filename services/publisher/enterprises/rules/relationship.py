"""Who an author outside is, and what happens between the union and an enterprise."""

from datetime import date, datetime
from enum import StrEnum

from shared.errors import Conflict, Forbidden, Invalid


class AuthorType(StrEnum):
    """Of whoever comments, reposts or mentions.

    `media`: an editorial office or a journalist; `authority`: an authority; `enterprise`: an enterprise, or whoever
    runs it; `organization`: a part of a union, or another organization; `person`: anybody else.
    """

    MEDIA = "media"
    AUTHORITY = "authority"
    ENTERPRISE = "enterprise"
    ORGANIZATION = "organization"
    PERSON = "person"


class EventKind(StrEnum):
    """What happened with an enterprise.

    `card_sent`: it was sent a card; `release_sent`: its press contact was sent a release; `thanks`: it thanked;
    `repost`: it carried a publication further; `comment`: it commented; `mention`: it wrote of the union; `note`:
    entered by hand: a meeting, a call, an agreement.
    """

    CARD_SENT = "card_sent"
    RELEASE_SENT = "release_sent"
    THANKS = "thanks"
    REPOST = "repost"
    COMMENT = "comment"
    MENTION = "mention"
    NOTE = "note"


BY_HAND = frozenset({EventKind.CARD_SENT, EventKind.THANKS, EventKind.REPOST, EventKind.MENTION, EventKind.NOTE})
"""What a person may enter that no network told of."""


class AccountTaken(Conflict):
    code = "enterprise.account_taken"
    title = {
        "ru": "Этот аккаунт уже записан за другим предприятием или контактом",
        "en": "This account is another enterprise's or contact's already",
    }


class SaidByPartner(Forbidden):
    code = "partner.names_no_authors"
    title = {
        "ru": "По ключу партнёра не говорят, чей это аккаунт и чей это голос: от этого зависит, что партнёрам видно",
        "en": "With a partner's key nobody says whose an account or a voice is: what partners are shown depends on it",
    }


class NotByHand(Invalid):
    code = "enterprise.event_not_by_hand"
    title = {"ru": "Такие события записываются сами", "en": "Such events are noted by themselves"}


class InTheFuture(Invalid):
    code = "enterprise.event_in_the_future"
    title = {"ru": "Это ещё не произошло", "en": "It has not happened yet"}


def age_on(founded_on: date, day: date) -> int:
    """Whole years; a foundation on 29 February counts from 1 March in common years. Negative before it was founded."""
    return day.year - founded_on.year - ((day.month, day.day) < (founded_on.month, founded_on.day))


def seconds_after(published_at: datetime | None, at: datetime) -> int | None:
    """How soon an answer came, in whole seconds; None for what was put out elsewhere. A network's clock may be behind."""
    return None if published_at is None else max(0, int((at - published_at).total_seconds()))
