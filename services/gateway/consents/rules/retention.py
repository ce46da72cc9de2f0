"""How long each kind of personal data is kept: a default, and the bounds within which a union may choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.states import Kept
from shared.errors import FieldError, Invalid, Text

_YEAR: Final = 365


@dataclass(frozen=True)
class Term:
    """In days. `why` is the reason of the least, or of the most that is allowed."""

    usual: int
    least: int
    most: int
    why: Text


TERMS: Final[Mapping[Kept, Term]] = {
    Kept.INBOX: Term(
        30,
        7,
        90,
        {
            "ru": "Пока сообщение может прийти ещё раз; содержания здесь нет",
            "en": "As long as a message may come again; nothing of it is kept",
        },
    ),
    Kept.REMEMBERED_ANSWERS: Term(
        2,
        1,
        7,
        {"ru": "Повтор запроса обещан на 24 часа", "en": "A repeated request is promised for 24 hours"},
    ),
    Kept.JOBS: Term(30, 7, _YEAR, {"ru": "Пока отчёт могут прочитать", "en": "As long as a report may be read"}),
    Kept.SESSIONS: Term(
        90,
        30,
        _YEAR,
        {"ru": "Чтобы разобрать чужой вход", "en": "To look into a sign-in that was somebody else's"},
    ),
    Kept.ACCESS_LOG: Term(
        3 * _YEAR,
        _YEAR,
        5 * _YEAR,
        {
            "ru": "Срок исковой давности, ГК РФ, статья 196",
            "en": "The limitation period, Civil Code of Russia, article 196",
        },
    ),
    Kept.SUBJECT_EXPORTS: Term(
        7,
        1,
        30,
        {"ru": "Пока файл забирают", "en": "As long as the file is being fetched"},
    ),
    Kept.NOTIFICATIONS: Term(90, 7, _YEAR, {"ru": "Пока их читают", "en": "As long as they are read"}),
    Kept.EVENTS: Term(
        30,
        7,
        90,
        {"ru": "Пока партнёр может запросить повтор", "en": "As long as a partner may ask for a replay"},
    ),
    Kept.CONVERSATIONS: Term(
        _YEAR,
        30,
        3 * _YEAR,
        {
            "ru": "Переписка хранится и в обращении; здесь она нужна для доставки",
            "en": "The request has the words too; here they are for delivery",
        },
    ),
    Kept.NETWORK_UPDATES: Term(
        30,
        7,
        90,
        {"ru": "Пока сеть может повторить событие", "en": "As long as a network may repeat itself"},
    ),
    Kept.REQUEST_TEXTS: Term(
        3 * _YEAR,
        3 * _YEAR,
        5 * _YEAR,
        {
            "ru": "Срок исковой давности, ГК РФ, статья 196; обращения хранят не меньше",
            "en": "The limitation period, Civil Code of Russia, article 196: no less",
        },
    ),
    Kept.REGISTRATIONS: Term(
        _YEAR,
        30,
        3 * _YEAR,
        {"ru": "Отчёт за год", "en": "The year's report"},
    ),
}


class TermOutOfBounds(Invalid):
    code = "retention.out_of_bounds"
    title = {"ru": "Такой срок хранения недопустим", "en": "It may not be kept for that long, or that short"}


def check_terms(days: Mapping[Kept, int]) -> None:
    """Raises TermOutOfBounds, with an entry for each kind that is out of its bounds."""
    wrong = [kind for kind, chosen in days.items() if not TERMS[kind].least <= chosen <= TERMS[kind].most]
    if wrong:
        raise TermOutOfBounds(errors=tuple(_error(kind, TERMS[kind]) for kind in sorted(wrong)))


def days_in_force(chosen: Mapping[str, int]) -> dict[str, int]:
    """Every kind with its days: the union's own choice, or the usual."""
    return {kind.value: chosen.get(kind.value, term.usual) for kind, term in TERMS.items()}


def _error(kind: Kept, term: Term) -> FieldError:
    detail = {
        "ru": f"{kind}: от {term.least} до {term.most} дней. {term.why['ru']}",
        "en": f"{kind}: {term.least} to {term.most} days. {term.why['en']}",
    }
    return FieldError("/policies", "bounds", detail)
