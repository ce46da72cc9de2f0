"""The menu by which members act in a network without any client of ours, and what each of its items is answered."""

from collections.abc import Mapping
from typing import Final

from services.publisher.networks.contents import MenuAction, MenuItem, payload_of
from shared.errors import Text

LANGUAGE: Final = "ru"  # of what is written to members in private

LABELS: Final[Mapping[MenuAction, Text]] = {
    MenuAction.ASK: {"ru": "Задать вопрос", "en": "Ask a question"},
    MenuAction.JOIN: {"ru": "Вступить в профсоюз", "en": "Join the union"},
    MenuAction.REGISTER: {"ru": "Связать чат с кабинетом", "en": "Link this chat to my account"},
    MenuAction.ANSWER: {"ru": "Ответить на опрос", "en": "Answer a survey"},
}

ANSWERS: Final[Mapping[MenuAction, Text]] = {
    MenuAction.ASK: {
        "ru": "Напишите вопрос следующим сообщением: его получит профком. Ответ придёт сюда же.",
        "en": "Write your question in the next message: the committee gets it. The answer comes here.",
    },
    MenuAction.JOIN: {
        "ru": "Напишите следующим сообщением, что хотите вступить, и где вы работаете. Профком ответит сюда "
        "и подскажет, что делать дальше.",
        "en": "Write in the next message that you want to join, and where you work. The committee answers here "
        "and says what comes next.",
    },
    MenuAction.REGISTER: {
        "ru": "Возьмите код в личном кабинете и пришлите его сюда одним сообщением: чат будет связан с вами.",
        "en": "Take the code from your account and send it here as one message: the chat will be linked to you.",
    },
    MenuAction.ANSWER: {
        "ru": "Опрос открывается по ссылке из приглашения. Если её нет под рукой, напишите об этом сюда.",
        "en": "A survey opens by the link of its invitation. If you have not got it at hand, write so here.",
    },
}

_ACTIONS: Final = {payload_of(action): action for action in MenuAction}


def menu_items() -> tuple[MenuItem, ...]:
    """In their order."""
    return tuple(MenuItem(action, LABELS[action][LANGUAGE]) for action in MenuAction)


def answer_to(payload: str) -> str | None:
    """What is said to whoever pressed an item of the menu; None when it is another button."""
    action = _ACTIONS.get(payload)
    return None if action is None else ANSWERS[action][LANGUAGE]
