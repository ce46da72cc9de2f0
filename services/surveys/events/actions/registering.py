"""Giving seats: many people at once, in the order in which they came, each once, none oversold.

All who wait to be registered for the same event share one transaction under the lock of the event's row:

    lock the event -> who of them is registered already? -> decide in order -> insert, count
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.surveys.events.actions.telling import seat_notices, told_of
from services.surveys.events.rules.contacts import ContactNeeded, normal_email, normal_phone
from services.surveys.events.rules.life import EventState, Moments, Stage, check_registers, state_at
from services.surveys.events.rules.seats import Decision, Identity, RegistrationExists, RegistrationState, Seats, decide
from services.surveys.events.schemas import NewRegistration, RegistrationTaken
from shared.app import parse_public_id
from shared.clock import new_id
from shared.contracts import Message
from shared.contracts.events import occurred
from shared.db import Store
from shared.errors import NotFound, Problem
from shared.group_writer import GroupWriter
from shared.identity import Caller
from shared.outbox import put_all_in_outbox
from shared.runtime import Runtime
from shared.standing import TenantState, check_state

_TOKEN_BYTES = 24

_HOLD = text(
    "SELECT organization_id, title, stage, ends_at, registration_closes_at, capacity, confirmed, waiting, last_number, "
    "coalesce((SELECT state FROM surveys.tenant_standing WHERE tenant_id = :tenant_id), 'active') AS standing "
    "FROM surveys.event WHERE tenant_id = :tenant_id AND id = :event_id FOR UPDATE"
)
_MARKS = (
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("emails", type_=ARRAY(Text)),
    bindparam("phones", type_=ARRAY(Text)),
)
_REGISTERED = text(
    "SELECT person_id, email, phone FROM surveys.registration "
    "WHERE tenant_id = :tenant_id AND event_id = :event_id AND state <> 'cancelled' "
    "AND (person_id = ANY(:people) OR email = ANY(:emails) OR phone = ANY(:phones))"
).bindparams(*_MARKS)
_REGISTER = text(
    "INSERT INTO surveys.registration (tenant_id, id, event_id, number, state, name, email, phone, person_id, "
    "token_hash, registered_at, version) "
    "SELECT :tenant_id, given.id, :event_id, :last_number + given.place, given.state, given.name, given.email, "
    "given.phone, given.person_id, given.token_hash, :now, 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:names AS text[]), CAST(:emails AS text[]), "
    "CAST(:phones AS text[]), CAST(:people AS uuid[]), CAST(:hashes AS bytea[])) WITH ORDINALITY "
    "AS given(id, state, name, email, phone, person_id, token_hash, place)"
).bindparams(
    *_MARKS,
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("states", type_=ARRAY(Text)),
    bindparam("names", type_=ARRAY(Text)),
    bindparam("hashes", type_=ARRAY(LargeBinary)),
)
_COUNT = text(
    "UPDATE surveys.event SET confirmed = :confirmed, waiting = :waiting, last_number = :last_number "
    "WHERE tenant_id = :tenant_id AND id = :event_id"
)


def hash_of(token: str) -> bytes:
    """What is kept of a token. It is random, so that a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True)
class _Newcomer:
    name: str
    identity: Identity


@dataclass(frozen=True)
class Place:
    """What somebody got."""

    id: UUID
    number: int
    decision: Decision
    token: str


class Registrar:
    """One per process. `register` returns when the registration is committed."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._writer = GroupWriter[tuple[UUID, UUID], _Newcomer, Place](self._write)

    async def register(self, caller: Caller, event_id: str, body: NewRegistration) -> RegistrationTaken:
        """Raises NotFound, ContactNeeded, InvalidContact, RegistrationExists, TenantSuspended and what `check_registers` does."""
        key = parse_public_id(event_id)
        if key is None:
            raise NotFound
        identity = Identity(
            caller.person_id if caller.tenant_id == key[0] else None,
            None if body.email is None else normal_email(body.email),
            None if body.phone is None else normal_phone(body.phone),
        )
        if not identity.marks():
            raise ContactNeeded
        place = await self._writer.write(key, _Newcomer(body.name, identity))
        return RegistrationTaken(
            id=place.id,
            event_id=event_id,
            number=place.number,
            state=place.decision.state,
            position=place.decision.position,
            token=place.token,
        )

    async def drain(self) -> None:
        await self._writer.drain()

    async def _write(self, key: tuple[UUID, UUID], group: Sequence[_Newcomer]) -> list[Place | Problem]:
        """One transaction. Raises for the whole group what concerns the event."""
        keys: dict[str, object] = {"tenant_id": key[0], "event_id": key[1]}
        now = self._runtime.clock.now()
        async with self._runtime.database.transaction(key[0]) as session:
            event = (await session.execute(_HOLD, keys)).first()
            if event is None:
                raise NotFound
            check_state(TenantState(event.standing))
            seats = Seats(event.capacity, event.confirmed, event.waiting)
            moments = Moments(event.ends_at, event.registration_closes_at)
            check_registers(state_at(Stage(event.stage), moments, full=seats.full, now=now))
            identities = [newcomer.identity for newcomer in group]
            registered = await session.execute(_REGISTERED, {**keys, **_marks_of(identities)})
            known = [Identity(row.person_id, row.email, row.phone) for row in registered]
            was_full = seats.full
            seats, decisions = decide(seats, known, identities)
            places = list(_places(decisions, int(event.last_number)))
            given = [(newcomer, place) for newcomer, place in zip(group, places, strict=True) if place is not None]
            if given:
                await _keep(session, keys, given, int(event.last_number), seats, now)
            news: list[Message] = [*seat_notices(*key, event.organization_id, event.title, _confirmed(given))]
            if seats.full and not was_full:
                full = told_of(*key, EventState.FULL, seats)
                news.append(occurred("event.full", event.organization_id, full, now))
            store, source = Store(session, key[0]), self._runtime.service
            await put_all_in_outbox(store, source, news, occurred_at=now, available_at=None, trace=None)
        return [RegistrationExists() if place is None else place for place in places]


def _places(decisions: Iterable[Decision | None], last_number: int) -> Iterable[Place | None]:
    for decision in decisions:
        if decision is None:
            yield None
        else:
            last_number += 1
            yield Place(new_id(), last_number, decision, secrets.token_urlsafe(_TOKEN_BYTES))


def _confirmed(given: Iterable[tuple[_Newcomer, Place]]) -> list[tuple[UUID, UUID]]:
    """The registrations that got a seat, with the accounts that they belong to."""
    return [
        (place.id, newcomer.identity.person_id)
        for newcomer, place in given
        if newcomer.identity.person_id is not None and place.decision.state is RegistrationState.CONFIRMED
    ]


async def _keep(
    session: AsyncSession,
    keys: dict[str, object],
    given: list[tuple[_Newcomer, Place]],
    last_number: int,
    seats: Seats,
    now: datetime,
) -> None:
    newcomers = [newcomer for newcomer, _ in given]
    places = [place for _, place in given]
    values: dict[str, object] = {
        "ids": [place.id for place in places],
        "states": [place.decision.state.value for place in places],
        "names": [newcomer.name for newcomer in newcomers],
        "emails": [newcomer.identity.email for newcomer in newcomers],
        "phones": [newcomer.identity.phone for newcomer in newcomers],
        "people": [newcomer.identity.person_id for newcomer in newcomers],
        "hashes": [hash_of(place.token) for place in places],
        "last_number": last_number,
        "now": now,
    }
    await session.execute(_REGISTER, {**keys, **values})
    counts = {"confirmed": seats.confirmed, "waiting": seats.waiting, "last_number": places[-1].number}
    await session.execute(_COUNT, {**keys, **counts})


def _marks_of(identities: list[Identity]) -> dict[str, object]:
    return {
        "people": [identity.person_id for identity in identities if identity.person_id is not None],
        "emails": [identity.email for identity in identities if identity.email is not None],
        "phones": [identity.phone for identity in identities if identity.phone is not None],
    }
