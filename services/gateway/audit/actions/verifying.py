"""Going along the chain, from the first seal or a later one: to check it, or to give it out."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select

from services.gateway.audit.rules import (
    NO_HASH,
    Break,
    Entry,
    Flaw,
    Seal,
    flaw_of,
    oldest_unsealed,
    text_of,
)
from services.gateway.audit.tables import AuditEntry, AuditSeal, AuditSealed
from shared.db import Database, Store, table_of

EXPORTED_SEALS: Final = 50  # in one answer: some seconds


@dataclass(frozen=True)
class Verdict:
    """What checking a tenant's chain found. `head` is the last hash: whoever keeps it elsewhere would see a cut tail."""

    tenant_id: UUID
    seals: int
    entries: int
    head: str
    broken: Break | None
    known: bool  # whether the hash that somebody kept elsewhere is in the chain; true when none was given


async def verify(database: Database, tenant_id: UUID, *, kept_hash: str | None = None) -> Verdict:
    """Recompute the chain. `kept_hash` is the hash of a seal that is known from outside: it must be in it."""
    head, number, count, known = NO_HASH, 0, 0, kept_hash is None
    broken: Break | None = None
    newest: UUID | None = None
    async for seal, entries in chain(database, tenant_id):
        flaw = flaw_of(seal, entries, expected=number + 1, previous_hash=head)
        if flaw is not None:
            broken = Break(number + 1, flaw)
            break
        head, number, count = seal.hash, seal.sequence, count + len(entries)
        newest = entries[-1].id
        known = known or head == kept_hash
    if broken is None and await _is_smuggled(database, tenant_id, newest):
        broken = Break(number + 1, Flaw.SMUGGLED)
    return Verdict(tenant_id, number, count, head, broken, known)


async def export(database: Database, tenant_id: UUID, after: int) -> AsyncGenerator[str, None]:
    """The seals that follow number `after`, as JSON lines: a head, the entries, the hash of the lines since the last."""
    async for seal, entries in chain(database, tenant_id, after=after, most=EXPORTED_SEALS):
        for line in text_of(seal, entries):
            yield f"{line}\n"
        yield f'{{"hash":"{seal.hash}"}}\n'


async def chain(
    database: Database, tenant_id: UUID, *, after: int = 0, most: int | None = None
) -> AsyncGenerator[tuple[Seal, list[Entry]], None]:
    """Each seal with its entries, in order; a transaction for each, so that none lasts as long as the reading."""
    given = 0
    while most is None or given < most:
        async with database.transaction(tenant_id) as session:
            store = Store(session, tenant_id)
            seal = await _next_seal(store, after)
            entries = [] if seal is None else await _entries_under(store, seal.sequence)
        if seal is None:
            return
        yield seal, entries
        after, given = seal.sequence, given + 1


async def _next_seal(store: Store, after: int) -> Seal | None:
    seal = table_of(AuditSeal)
    columns = [seal.c[name] for name in Seal.__dataclass_fields__]
    following = seal.c.sequence > after
    query = select(*columns).where(seal.c.tenant_id == store.tenant_id, following).order_by(seal.c.sequence).limit(1)
    row = (await store.execute(query)).first()
    return None if row is None else Seal(*row)


async def _entries_under(store: Store, sequence: int) -> list[Entry]:
    entry, sealed = table_of(AuditEntry), table_of(AuditSealed)
    columns = [entry.c[name] for name in Entry.__dataclass_fields__]
    query = (
        select(*columns)
        .join(sealed, (sealed.c.tenant_id == entry.c.tenant_id) & (sealed.c.id == entry.c.id))
        .where(sealed.c.tenant_id == store.tenant_id, sealed.c.sequence == sequence)
        .order_by(entry.c.id)
    )
    return [Entry(*row) for row in await store.execute(query)]


async def _is_smuggled(database: Database, tenant_id: UUID, newest: UUID | None) -> bool:
    """Whether an entry stands under no seal although no late one can be that old."""
    entry, sealed = table_of(AuditEntry), table_of(AuditSealed)
    stands = exists().where(sealed.c.tenant_id == entry.c.tenant_id, sealed.c.id == entry.c.id)
    query = select(entry.c.id).where(entry.c.tenant_id == tenant_id, entry.c.id < oldest_unsealed(newest), ~stands)
    async with database.transaction(tenant_id) as session:
        return (await session.execute(query.limit(1))).first() is not None
