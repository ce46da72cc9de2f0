"""States of campaigns, of what is attached to them, of relays and of entries, and what each allows."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Forbidden, Invalid, Text
from shared.steps import possible_now

MOST_SUBSCRIPTIONS: Final = 200  # of one campaign: each of its publications reaches them in one transaction
MOST_PUBLICATIONS: Final = 1000  # of one campaign: who subscribes late is given them in one transaction
LONGEST: Final = timedelta(days=5 * 366)  # from today to the last day


class CampaignState(StrEnum):
    """How far a campaign came.

    `draft`: seen by those who run it alone; `open`: others see it, attach to it, subscribe; `over`: its last day
    has passed, or it was closed: nothing new comes in.
    """

    DRAFT = "draft"
    OPEN = "open"
    OVER = "over"


class AttachedState(StrEnum):
    """Of a publication in a campaign.

    `waiting`: attached before it was out: subscribers are not given it yet; `published`: subscribers were given it;
    `withdrawn`: taken out, or down: nobody has to carry it any more.
    """

    WAITING = "waiting"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class SubscriberKind(StrEnum):
    """Who subscribes.

    `partner`: by its key: its webhooks are told, it carries by its own means; `organization`: of the tree: it gets
    copies for its channels.
    """

    PARTNER = "partner"
    ORGANIZATION = "organization"


class RelayState(StrEnum):
    """How far a subscriber is with one publication of a campaign.

    `pending`: given to it, not carried yet; `drafted`: an organization's copy waits for somebody to publish it;
    `carrying`: the copy is on its way; `confirmed`: carried: a channel shows the copy, or the partner said where;
    `dropped`: withdrawn before it was carried.
    """

    PENDING = "pending"
    DRAFTED = "drafted"
    CARRYING = "carrying"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class EntryKind(StrEnum):
    """How somebody took part under a campaign's hashtag.

    `comment`: words under a post; `repost`: a post carried further; `mention`: a post of their own that names the
    union.
    """

    COMMENT = "comment"
    REPOST = "repost"
    MENTION = "mention"


class EntryState(StrEnum):
    """What those who run the campaign say of an entry.

    `pending`: nobody has looked at it; `accepted`: it counts; `declined`: it does not.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Verb(StrEnum):
    EDIT = "edit"
    OPEN = "open"
    CLOSE = "close"
    ATTACH = "attach"
    SUBSCRIBE = "subscribe"


ALLOWED: Final[dict[Verb, frozenset[CampaignState]]] = {
    Verb.EDIT: frozenset({CampaignState.DRAFT, CampaignState.OPEN}),
    Verb.OPEN: frozenset({CampaignState.DRAFT}),
    Verb.CLOSE: frozenset({CampaignState.OPEN}),
    Verb.ATTACH: frozenset({CampaignState.OPEN}),
    Verb.SUBSCRIBE: frozenset({CampaignState.OPEN}),
}

TO_BE_CARRIED: Final = frozenset({RelayState.PENDING, RelayState.DRAFTED, RelayState.CARRYING})
_OVER: Final[Text] = {"ru": "она закончилась", "en": "it has ended"}
_NO_CHANNELS: Final[Text] = {
    "ru": "Назовите каналы организации, хотя бы один: они в /v1/channels",
    "en": "Name at least one of the organization's channels, from `/v1/channels`",
}


class CampaignStateForbids(Conflict):
    code = "campaign.wrong_state"
    title = {"ru": "Акция сейчас не в том состоянии", "en": "The campaign is not in a state that allows this"}
    sample_detail = {
        "ru": "Сейчас `draft`, возможно: `edit`, `open`",
        "en": "It is `draft` now; possible: `edit`, `open`",
    }


class PeriodInvalid(Invalid):
    code = "campaign.period_invalid"
    title = {
        "ru": "Последний день акции не раньше первого, не в прошлом и не дальше пяти лет",
        "en": "A campaign ends not before it begins, not in the past, and in five years at most",
    }


class HashtagInvalid(Invalid):
    code = "campaign.hashtag_invalid"
    title = {
        "ru": "Хештег - это буквы, цифры и подчёркивания, и не одни цифры",
        "en": "A hashtag is letters, digits and underscores, and not digits alone",
    }


class AlreadyAttached(Conflict):
    code = "campaign.already_attached"
    title = {"ru": "Эта публикация уже в акции", "en": "This publication is in the campaign already"}


class TooManyInCampaign(Conflict):
    code = "campaign.too_many"
    title = {
        "ru": "В этой акции больше нет места: начните новую или уберите из неё лишнее",
        "en": "This campaign is full: begin another, or take something out of it",
    }


class AlreadySubscribed(Conflict):
    code = "campaign.already_subscribed"
    title = {"ru": "Подписка на эту акцию уже есть", "en": "There is a subscription to this campaign already"}


class SubscriptionOver(Conflict):
    code = "campaign.subscription_over"
    title = {"ru": "Подписка уже закончена", "en": "The subscription has ended"}


class SubscriptionInvalid(Invalid):
    code = "campaign.subscription_invalid"
    title = {
        "ru": "Партнёр называет себя, организация - себя и свои каналы",
        "en": "A partner gives a name, an organization gives itself and its channels",
    }


class PartnerTooLow(Forbidden):
    code = "campaign.partner_too_low"
    title = {
        "ru": "Ключ партнёра должен охватывать организацию, которая ведёт акцию: о ней сообщают вебхуки",
        "en": "A partner's key must reach the organization that runs the campaign: webhooks are told there",
    }


class WasDropped(Conflict):
    code = "campaign.relay_dropped"
    title = {
        "ru": "Публикация отозвана: подтверждать нечего",
        "en": "The publication was withdrawn: there is nothing to confirm",
    }


def check_allowed(verb: Verb, state: CampaignState) -> None:
    """Raises CampaignStateForbids, which says what is possible."""
    if state not in ALLOWED[verb]:
        raise CampaignStateForbids(possible_now(state, [one for one in Verb if state in ALLOWED[one]], _OVER))


def check_period(starts_on: date, ends_on: date, today: date) -> None:
    """Raises PeriodInvalid."""
    if ends_on < starts_on or not today <= ends_on <= today + LONGEST:
        raise PeriodInvalid(errors=(FieldError("/ends_on", PeriodInvalid.code, PeriodInvalid.title),))


def check_subscriber(
    kind: SubscriberKind, *, has_organization: bool, has_name: bool, channels: Collection[object]
) -> None:
    """Raises SubscriptionInvalid, which names the fields."""
    wrong: list[str] = []
    if kind is SubscriberKind.PARTNER:
        wrong += ["/organization_id"] * has_organization + ["/channel_ids"] * bool(channels)
        wrong += ["/name"] * (not has_name)
    else:
        wrong += ["/organization_id"] * (not has_organization) + ["/channel_ids"] * (not channels)
        wrong += ["/name"] * has_name
    if wrong:
        needed = {"/channel_ids": _NO_CHANNELS} if kind is SubscriberKind.ORGANIZATION else {}
        errors = (
            FieldError(pointer, SubscriptionInvalid.code, needed.get(pointer, SubscriptionInvalid.title))
            for pointer in wrong
        )
        raise SubscriptionInvalid(errors=tuple(errors))


def goes_out_by_itself(*, automatic: bool, is_from_outside: bool, is_late: bool) -> bool:
    """Whether a copy is published without anybody's look. What came from outside, or before the subscription, is not."""
    return automatic and not is_from_outside and not is_late
