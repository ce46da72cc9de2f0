"""What a service holds of one person: shown for their export, counted, erased. Each service names its holdings once.

    async def held(context: Context, subject: Subject) -> Held: ...       in its room `subjects`
    consumers = subject_consumers(held)

An erasure empties the fields that say who it was and what was said, and leaves the rows that figures are made of; rows
that are nothing but personal data go. It also takes back what is on its way in the service's outbox or dead, and the
kept answers of the tenant's idempotent requests, which may quote anybody: their keys stay, so that nothing is done twice.
They are not counted, for nobody can tell whom they quote.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import ColumnElement, Table, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.expression import bindparam
from sqlalchemy.types import Text, Uuid
from sqlmodel import SQLModel

from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts import MESSAGES
from shared.contracts.gateway import PartReported, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.states import Subject
from shared.db import table_of

Shown = dict[str, list[dict[str, JsonValue]]]
SHOWN = TypeAdapter(Shown)
_ON_THEIR_WAY = "messages_on_their_way"
_QUOTING = [message.type for message in MESSAGES.values() if message.quotes]


@dataclass(frozen=True)
class Holding:
    """Rows of one table that are about the subject.

    `erased` says what their columns become; without it the rows go. `kept` holds back what has a reason to stay:
    it is shown and counted, and never erased. `sealed` columns are decrypted when they are shown.
    """

    kind: str  # the word for it in exports, counts and certificates
    table: Table
    whose: ColumnElement[bool]
    shown: Sequence[str]
    erased: Mapping[str, Any] | None = None
    sealed: frozenset[str] = frozenset()
    kept: bool = False

    @classmethod
    def of(
        cls,
        kind: str,
        model: type[SQLModel],
        whose: ColumnElement[bool],
        shown: Sequence[str],
        erased: Mapping[str, Any] | None = None,
        *,
        sealed: frozenset[str] = frozenset(),
        kept: bool = False,
    ) -> "Holding":
        return cls(kind, table_of(model), whose, shown, erased, sealed, kept)


@dataclass(frozen=True)
class Held:
    """`fragments` are parts of payloads by which messages about the subject are known, `files` keys of the storage.

    An erasure deletes the files before it is committed: done again after a failure, it finds them gone.
    """

    holdings: Sequence[Holding]
    fragments: Sequence[Mapping[str, JsonValue]] = field(default_factory=tuple)
    files: Sequence[str] = ()


Find = Callable[[Context, Subject], Awaitable[Held]]


def subject_consumers(find: Find) -> list[Consumer]:
    """A service's answers to the gateway's jobs about a person."""

    async def export(context: Context, wish: SubjectExportRequested) -> None:
        shown = await show(context, (await find(context, opened(context, wish.sealed_subject))).holdings)
        await context.emit(
            PartReported(
                job_id=wish.job_id,
                service=context.runtime.service,
                counts={kind: len(rows) for kind, rows in shown.items()},
                sealed=context.runtime.cipher.encrypt(SHOWN.dump_json(shown).decode()),
            )
        )

    async def erase_or_count(context: Context, wish: SubjectErasureRequested) -> None:
        subject = opened(context, wish.sealed_subject)
        held = await find(context, subject)
        counts = await (count(context, subject, held) if wish.dry_run else erase(context, subject, held))
        await context.emit(PartReported(job_id=wish.job_id, service=context.runtime.service, counts=counts))

    return [consumes(SubjectExportRequested, export), consumes(SubjectErasureRequested, erase_or_count)]


def opened(context: Context, sealed_subject: str) -> Subject:
    return Subject.model_validate_json(context.runtime.cipher.decrypt(sealed_subject))


def sealed(context: Context, subject: Subject) -> str:
    return context.runtime.cipher.encrypt(subject.model_dump_json())


async def count(context: Context, subject: Subject, held: Held) -> dict[str, int]:
    """As `erase` would count them: what is kept has `kept_` before its kind. Nothing is changed."""
    counts: dict[str, int] = {}
    for holding in held.holdings:
        query = select(func.count()).select_from(holding.table).where(*_mine(context, holding))
        _add(counts, holding, (await context.store.execute(query)).scalar_one())
    trial = (
        await context.store.session.begin_nested()
    )  # a service cannot read its outbox: it takes back, and lets it be
    counts[_ON_THEIR_WAY] = await _take_back(context, subject, held)
    await trial.rollback()
    return counts


async def show(context: Context, holdings: Sequence[Holding]) -> Shown:
    shown: Shown = {}
    for holding in holdings:
        columns = [holding.table.c[name] for name in holding.shown]
        query = select(*columns).where(*_mine(context, holding)).order_by(*holding.table.primary_key.columns)
        rows = (await context.store.execute(query)).mappings().all()
        shown.setdefault(holding.kind, []).extend(
            {name: _told(context, row[name], secret=name in holding.sealed) for name in holding.shown} for row in rows
        )
    return shown


async def erase(context: Context, subject: Subject, held: Held) -> dict[str, int]:
    """How many rows were erased of each kind, and how many messages were taken back."""
    counts: dict[str, int] = {}
    for holding in held.holdings:
        if holding.kept:
            query = select(func.count()).select_from(holding.table).where(*_mine(context, holding))
            _add(counts, holding, (await context.store.execute(query)).scalar_one())
            continue
        statement = delete(holding.table) if holding.erased is None else update(holding.table).values(**holding.erased)
        _add(counts, holding, await context.store.changed(statement.where(*_mine(context, holding))))
    counts[_ON_THEIR_WAY] = await _take_back(context, subject, held)
    for key in held.files:
        await context.runtime.storage.delete(key)
    await _forget_answers(context)
    return counts


async def _take_back(context: Context, subject: Subject, held: Held) -> int:
    fragments = [*held.fragments, *({"job_id": str(job_id)} for job_id in subject.job_ids)]
    statement = text(f"SELECT {context.runtime.service}.forget_messages(:person, :types, :fragments)").bindparams(
        bindparam("person", type_=Uuid),
        bindparam("types", type_=ARRAY(Text)),
        bindparam("fragments", type_=ARRAY(JSONB)),
    )
    gone = 0
    for person_id in subject.person_ids:
        values = {"person": person_id, "types": _QUOTING, "fragments": fragments}
        gone += (await context.store.execute(statement, values)).scalar_one()
    return gone


async def _forget_answers(context: Context) -> None:
    """Whom they quote, nobody can tell: they are encrypted, under hashes of their keys."""
    statement = text(
        f"UPDATE {context.runtime.service}.idempotency_record SET body = NULL, headers = '{{}}' "  # noqa: S608 - a ServiceName
        "WHERE tenant_id = :tenant_id AND body IS NOT NULL"
    )
    await context.store.execute(statement, {"tenant_id": context.tenant_id})


def _mine(context: Context, holding: Holding) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return holding.table.c.tenant_id == context.tenant_id, holding.whose


def _add(counts: dict[str, int], holding: Holding, rows: int) -> None:
    kind = f"kept_{holding.kind}" if holding.kept else holding.kind
    counts[kind] = counts.get(kind, 0) + rows


def _told(context: Context, value: Any, *, secret: bool) -> JsonValue:
    """A value as JSON has it."""
    match value:
        case str() if secret:
            return context.runtime.cipher.decrypt(value)
        case StrEnum():
            return value.value
        case UUID():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case _:
            return value
