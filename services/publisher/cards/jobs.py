"""Occasions whose greeting is due."""

from services.publisher.cards.actions.greetings import draw_greeting
from shared.consumers import Consumer, performs
from shared.contracts.publisher import OccasionDue


def consumers() -> list[Consumer]:
    return [performs(OccasionDue, draw_greeting)]
