"""The words of mails and messages: what happened, where to look, how to hear no more of it."""

from collections.abc import Sequence

from services.gateway.notifications.rules.kinds import EVERYTHING, Way
from services.gateway.notifications.tables import Notification
from shared.context import Context
from shared.errors import Text

_DIGEST: Text = {"ru": "Уведомлений: {count}", "en": "{count} notifications"}
_MORE: Text = {"ru": "Подробности: {url}", "en": "See {url}"}
_END: Text = {"ru": "Не присылать такие уведомления: {url}", "en": "Stop such notifications: {url}"}


def subject_of(notifications: Sequence[Notification], language: str) -> str:
    if len(notifications) == 1:
        return notifications[0].title_in(language)
    return _DIGEST[language].format(count=len(notifications))


def text_of(context: Context, notifications: Sequence[Notification], language: str, opt_out_url: str) -> str:
    parts = [_paragraph(context, notification, language) for notification in notifications]
    return "\n\n".join([*parts, _END[language].format(url=opt_out_url)]) + "\n"


def ended_by(notifications: Sequence[Notification], way: Way) -> tuple[str, Way]:
    """What the link under them ends: their kind, or everything under a digest of several."""
    kinds = {notification.kind for notification in notifications}
    return (kinds.pop() if len(kinds) == 1 else EVERYTHING), way


def _paragraph(context: Context, notification: Notification, language: str) -> str:
    title = notification.title_in(language)
    if notification.link is None:
        return title
    url = f"{context.runtime.settings.public_url.rstrip('/')}{notification.link}"
    return f"{title}\n{_MORE[language].format(url=url)}"
