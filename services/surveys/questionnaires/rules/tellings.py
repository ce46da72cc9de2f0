"""Whom a survey tells of itself, and when. Pure.

Of an anonymous survey everybody who is asked hears the same, whoever has answered: whom a reminder leaves out would be
told to anyone who sees two mailboxes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.surveys.questionnaires.rules.life import Anonymity
from services.surveys.questionnaires.rules.roster import took_part
from shared.errors import Text

PAUSE: Final = timedelta(seconds=10)  # between parts: 100,000 people are told in some half an hour
_AHEAD: Final = timedelta(hours=24)


class Occasion(StrEnum):
    OPENED = "opened"
    CLOSING = "closing"


def closing_told_at(opened_at: datetime, closes_at: datetime | None) -> datetime | None:
    """A day before the end; None when it has no end, or its opening was told less than a day before that."""
    if closes_at is None or closes_at - opened_at < 2 * _AHEAD:
        return None
    return closes_at - _AHEAD


def whom_to_tell(
    occasion: Occasion, anonymity: Anonymity, people: Sequence[UUID], bits: bytes, part: range
) -> list[UUID]:
    """Those of `people[part]` who hear of `occasion`. `bits` say who of all `people` has answered."""
    places = [place for place in part if place < len(people)]
    if occasion is Occasion.CLOSING and anonymity is Anonymity.NAMED:
        places = [place for place in places if not took_part(bits, place)]
    return [people[place] for place in places]


def words_of(occasion: Occasion, anonymity: Anonymity, title: str) -> Text:
    if occasion is Occasion.OPENED:
        return {"ru": f"Вас приглашают ответить на опрос «{title}»", "en": f"You are asked to answer “{title}”"}
    if anonymity is Anonymity.NAMED:
        return {
            "ru": f"Опрос «{title}» скоро закроется, а вашего ответа ещё нет",
            "en": f"“{title}” closes soon, and you have not answered yet",
        }
    return {
        "ru": f"Опрос «{title}» скоро закроется. Если вы уже ответили, ничего делать не нужно",
        "en": f"“{title}” closes soon. If you have answered, there is nothing to do",
    }
