"""A person's requests: found by who they are and by how they wrote; erased without touching a figure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import col

from services.requests.desk.rules.life import RequestState, Source
from services.requests.desk.tables import HelpRequest, RequestMessage, StateChange
from services.requests.ratings.tables import Rating
from shared.context import Context
from shared.contracts.states import Kept, Subject
from shared.retention import Aged
from shared.subjects import Held, Holding

_NO_REQUESTER: Final[dict[str, Any]] = {
    "requester_name": "",
    "requester_phone": None,
    "requester_person_id": None,
    "requester_account": None,
    "conversation_id": None,
}
_NO_WORDS: Final = {"text": "", "author_id": None}
_ENDED: Final = (RequestState.RESOLVED, RequestState.CLOSED)


async def held(context: Context, subject: Subject) -> Held:
    """Topics, states, times and scores stay: they are the union's, and say nothing of who asked."""
    query = select(col(HelpRequest.id), col(HelpRequest.conversation_id)).where(
        col(HelpRequest.tenant_id) == context.tenant_id, _asked_by(subject)
    )
    rows = (await context.store.execute(query)).all()
    chats: list[UUID] = sorted({row.conversation_id for row in rows if row.conversation_id is not None})
    requests = or_(col(HelpRequest.id).in_([row.id for row in rows]), col(HelpRequest.conversation_id).in_(chats))
    ids = select(col(HelpRequest.id)).where(col(HelpRequest.tenant_id) == context.tenant_id, requests)
    return Held(
        [
            Holding.of(
                "request_messages",
                RequestMessage,
                col(RequestMessage.request_id).in_(ids),
                ("id", "request_id", "direction", "text", "said_at"),
                _NO_WORDS,
            ),
            Holding.of(
                "request_ratings",
                Rating,
                col(Rating.request_id).in_(ids),
                ("id", "request_id", "resolution", "score", "comment", "rated_at"),
                {"comment": None},
            ),
            Holding.of(
                "requests",
                HelpRequest,
                requests,
                ("id", "number", "kind", "source", "state", "topic", "requester_name", "requester_phone", "created_at"),
                _NO_REQUESTER,
            ),
            Holding.of(
                "request_steps",
                StateChange,
                col(StateChange.by_person_id).in_(subject.person_ids),
                ("id", "request_id", "action", "at"),
                kept=True,
            ),
        ],
        fragments=[
            *({"person_id": str(person_id)} for person_id in subject.person_ids),
            *({"conversation_id": str(chat)} for chat in chats),
        ],
    )


def aged() -> Sequence[Aged]:
    """Words and names of requests that ended long ago; the messages first, for they are found by their request."""
    return [
        Aged.of(
            Kept.REQUEST_TEXTS,
            RequestMessage,
            lambda moment: and_(col(RequestMessage.text) != "", col(RequestMessage.request_id).in_(_over(moment))),
            _NO_WORDS,
        ),
        Aged.of(
            Kept.REQUEST_TEXTS,
            Rating,
            lambda moment: and_(col(Rating.comment).is_not(None), col(Rating.request_id).in_(_over(moment))),
            {"comment": None},
        ),
        Aged.of(
            Kept.REQUEST_TEXTS,
            HelpRequest,
            lambda moment: and_(col(HelpRequest.requester_name) != "", col(HelpRequest.id).in_(_over(moment))),
            _NO_REQUESTER,
        ),
    ]


def _over(moment: datetime) -> Select[UUID]:
    return select(col(HelpRequest.id)).where(
        col(HelpRequest.state).in_(_ENDED), col(HelpRequest.last_message_at) < moment
    )


def _asked_by(subject: Subject) -> ColumnElement[bool]:
    """Theirs by id; or nobody's yet, by the account or the address that it came from, or the number to call back."""
    person, phone = col(HelpRequest.requester_person_id), col(HelpRequest.requester_phone)
    accounts = [
        and_(col(HelpRequest.source) == one.network, col(HelpRequest.requester_account) == one.external_id)
        for one in subject.identifiers
        if one.network in set(Source)
    ]
    mails = [
        and_(col(HelpRequest.source) == Source.EMAIL, col(HelpRequest.requester_account) == email.lower())
        for email in subject.emails
    ]
    digits = func.regexp_replace(phone, "[^0-9]", "", "g")
    numbers = [digits.in_(written) for written in map(_written, subject.phones)]
    return or_(person.in_(subject.person_ids), and_(person.is_(None), or_(false(), *accounts, *mails, *numbers)))


def _written(phone: str) -> list[str]:
    """The digits of an E.164 number, and as they are dialled inside Russia."""
    digits = phone.removeprefix("+")
    return [digits, f"8{digits[1:]}"] if digits.startswith("7") else [digits]
