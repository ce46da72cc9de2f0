"""What the desk itself tells a requester in their chat, in the language of the union's members, and what it notifies of.

Notifications name a request by its number alone: its topic and its requester are for those who open it.
"""

from shared.errors import Text


def resolved_notice(number: str) -> str:
    return f"Ваше обращение № {number} решено. Как мы с ним справились? Нажмите кнопку с оценкой от 1 до 5."


def assigned_title(number: str) -> Text:
    return {"ru": f"Вам поручено обращение № {number}", "en": f"Request no. {number} was assigned to you"}


def deadline_title(number: str) -> Text:
    return {
        "ru": f"На обращение № {number} ещё не ответили: срок первого ответа через два рабочих часа",
        "en": f"Request no. {number} has no answer yet: the first one is due in two working hours",
    }


def resolved_title(number: str) -> Text:
    return {"ru": f"Ваше обращение № {number} решено", "en": f"Your request no. {number} was resolved"}
