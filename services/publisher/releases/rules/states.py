"""What a release may become."""

from enum import StrEnum

from shared.errors import Conflict
from shared.steps import possible_now

MOST_RECIPIENTS = 500


class ReleaseState(StrEnum):
    """How far a release came.

    `draft`: it can be changed; `sending`: its letters are on their way; `sent`: nothing more happens by itself,
    and what each letter came to, its recipient says.
    """

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"


class ReleaseStateForbids(Conflict):
    code = "release.wrong_state"
    title = {"ru": "Релиз сейчас не в том состоянии", "en": "The release is not in a state that allows this"}
    sample_detail = {
        "ru": "Сейчас `sent`: отправленное не меняется",
        "en": "It is `sent` now: what was sent is not changed",
    }


class ReleaseNotReady(Conflict):
    code = "release.not_ready"
    title = {"ru": "Релиз ещё нельзя отправить", "en": "The release cannot be sent yet"}


class MailNotConfigured(Conflict):
    code = "release.mail_not_configured"
    title = {
        "ru": "Почта не настроена: обратитесь к тому, кто обслуживает установку",
        "en": "Mail is not configured: ask whoever runs this installation",
    }


class PickupExists(Conflict):
    code = "release.pickup_exists"
    title = {
        "ru": "Страница с этим адресом у релиза уже записана",
        "en": "A page with this address is entered for the release already",
    }


def check_draft(state: ReleaseState) -> None:
    """Raises ReleaseStateForbids."""
    if state is not ReleaseState.DRAFT:
        raise ReleaseStateForbids(
            possible_now(state, [], {"ru": "отправленное не меняется", "en": "what was sent is not changed"})
        )


def check_ready(title: str, text: str, recipients: int) -> None:
    """Raises ReleaseNotReady, which says what is missing."""
    if not title.strip() or not text.strip():
        raise ReleaseNotReady({"ru": "Нет заголовка или текста", "en": "It has no title or no text"})
    if recipients == 0:
        raise ReleaseNotReady({"ru": "Не выбран ни один контакт", "en": "No contact is chosen"})
