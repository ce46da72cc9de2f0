"""A person's registrations and named answers: found by who they are and by the contact they gave.

Anonymous answers are nobody's: they can be neither shown nor erased. A roster keeps the person's id, whose place in it
says which of its bits is theirs.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import col

from services.surveys.events.tables import Event, Registration
from services.surveys.questionnaires.tables import NamedResponse
from shared.context import Context
from shared.contracts.states import Kept, Subject
from shared.retention import Aged
from shared.subjects import Held, Holding

_NOBODY: Final[dict[str, Any]] = {"name": "", "email": None, "phone": None, "person_id": None}


async def held(_: Context, subject: Subject) -> Held:
    """A seat stays taken and an answer stays counted; neither says whose it was."""
    return Held(
        [
            Holding.of(
                "registrations",
                Registration,
                _registered(subject),
                ("id", "event_id", "number", "state", "name", "email", "phone", "registered_at", "cancelled_at"),
                _NOBODY,
            ),
            Holding.of(
                "named_answers",
                NamedResponse,
                col(NamedResponse.person_id).in_(subject.person_ids),
                ("id", "survey_id", "answers", "answered_at"),
                {"person_id": func.gen_random_uuid()},
            ),
        ]
    )


def aged() -> Sequence[Aged]:
    """Who was there, of events that are over."""
    return [
        Aged.of(
            Kept.REGISTRATIONS,
            Registration,
            lambda moment: and_(
                col(Registration.name) != "",
                col(Registration.event_id).in_(select(col(Event.id)).where(col(Event.ends_at) < moment)),
            ),
            _NOBODY,
        )
    ]


def _registered(subject: Subject) -> ColumnElement[bool]:
    """Theirs by id; or nobody's yet, by the contact."""
    person = col(Registration.person_id)
    contacts = or_(false(), col(Registration.email).in_(subject.emails), col(Registration.phone).in_(subject.phones))
    return or_(person.in_(subject.person_ids), and_(person.is_(None), contacts))
