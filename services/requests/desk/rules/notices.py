"""What the desk itself tells a requester in their chat, in the language of the union's members, and what it notifies of.

Notifications name a request by its number alone: its topic and its requester are for those who open it.
"""

from datetime import datetime

from shared.errors import Text


def resolved_notice(number: str) -> str:
    return f"Ваше обращение № {number} решено. Как мы с ним справились? Нажмите кнопку с оценкой от 1 до 5."


def assigned_title(number: str) -> Text:
    return {"ru": f"Вам поручено обращение № {number}", "en": f"Request no. {number} was assigned to you"}


def deadline_title(number: str, due_at: datetime | None) -> Text:
    """`due_at` is local, and true whenever it is read; None where the working hours are not known any more."""
    words = {"ru": f"На обращение № {number} ещё не ответили", "en": f"Request no. {number} has no answer yet"}
    if due_at is None:
        return words
    return {
        "ru": f"{words['ru']}: срок первого ответа {due_at:%d.%m.%Y, %H:%M}",
        "en": f"{words['en']}: the first one is due on {due_at:%Y-%m-%d at %H:%M}",
    }


def resolved_title(number: str) -> Text:
    return {"ru": f"Ваше обращение № {number} решено", "en": f"Your request no. {number} was resolved"}
