"""What state a channel is in, and whether something may be sent through it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, FieldError, Forbidden, Invalid

LOOK_AGAIN = timedelta(seconds=30)  # how soon a waiting post asks whether its channel is back
LONGEST_PAUSE = timedelta(hours=24)  # what a network may ask for at most before we look again


class ChannelState(StrEnum):
    """Whether a channel is used.

    `active`: it is; `needs_reauthorization`: its network no longer accepts the credentials: posts wait for new
    ones, by `reauthorize`; `paused`: somebody holds back what would be sent.
    """

    ACTIVE = "active"
    NEEDS_REAUTHORIZATION = "needs_reauthorization"
    PAUSED = "paused"


class AlreadyConnected(Conflict):
    code = "channel.already_connected"
    title = {"ru": "Этот канал уже подключён", "en": "This channel is already connected"}


class TestKey(Forbidden):
    code = "partner.test_key"
    title = {
        "ru": "Тестовый ключ публикует только в сети-заглушки",
        "en": "A test key publishes on the stand-in networks only",
    }


class HookNotGiven(Conflict):
    code = "channel.hook_not_given"
    title = {
        "ru": "Адрес приёма нужен только каналам почты: остальные сети сообщают о новом сами, делать ничего не надо",
        "en": "Only channels of e-mail need an address: the other networks tell what is new by themselves",
    }


class CredentialsRefused(Invalid):
    code = "channel.credentials_refused"
    title = {"ru": "Сеть не приняла эти ключи доступа", "en": "The network refused these credentials"}
    sample_detail = {
        "ru": "Чат или сообщество не найдены: проверьте номер",
        "en": "The chat or community is not there: check its id",
    }


class CredentialsIncomplete(Invalid):
    code = "channel.credentials_incomplete"
    title = {
        "ru": "Для этой сети нужны другие ключи доступа",
        "en": "This network needs other credentials",
    }
    sample_errors = (
        FieldError(
            "/credentials",
            "channel.missing_secret",
            {
                "ru": "Не хватает ключа доступа token: впишите его в credentials",
                "en": "The access token `token` is missing: add it to `credentials`",
            },
        ),
    )


@dataclass(frozen=True)
class Readiness:
    """What decides whether a channel can send."""

    state: ChannelState
    paused_until: datetime | None  # asked for by the network (429)


def wait_of(channel: Readiness, now: datetime) -> timedelta | None:
    """How long whatever wants to be sent must wait; None when it may go now.

    A channel that a person must bring back is looked at again in half a minute, for nobody knows when that is.
    """
    if channel.state is not ChannelState.ACTIVE:
        return LOOK_AGAIN
    if channel.paused_until is not None and channel.paused_until > now:
        return channel.paused_until - now
    return None


def pause_until(now: datetime, retry_after: float) -> datetime:
    """The end of a pause that a network asked for, in seconds; at least one, at most a day."""
    return now + min(max(timedelta(seconds=retry_after), timedelta(seconds=1)), LONGEST_PAUSE)


def resumed(*, authorized: bool) -> ChannelState:
    """The state of a channel that a person no longer pauses."""
    return ChannelState.ACTIVE if authorized else ChannelState.NEEDS_REAUTHORIZATION
