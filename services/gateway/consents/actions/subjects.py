"""Asking for a person's file or their erasure: who may, what stands against it, and the job that is begun."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from services.gateway.consents.actions.reaching import (
    check_books,
    check_looked_after,
    check_wholly_looked_after,
    get_of_person,
    list_books,
    of_reached,
)
from services.gateway.consents.rules.erasure import ErasureRunning, ErasureState, HoldLifted, OnLegalHold, holds
from services.gateway.consents.schemas.subjects import ErasuresQuery, LegalHoldsQuery, NewErasure, NewLegalHold
from services.gateway.consents.tables import Erasure, LegalHold, SubjectExport
from services.gateway.grants.actions import check_another_administrator
from services.gateway.people.actions.records import is_record_of
from services.gateway.people.rules import Proof
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.tables import Contact, Identifier, Person
from shared.app import check_match
from shared.context import Context
from shared.contracts import states
from shared.contracts.gateway import JobDue
from shared.contracts.states import Subject
from shared.errors import Gone, NotFound
from shared.jobs import Job, start_job
from shared.permissions import Permission

EXPORT = "subject_export"
ERASURE = "subject_erasure"


class ExportOver(Gone):
    code = "subject.export_over"
    title = {"ru": "Файл больше не хранится, запросите новый", "en": "The file is not kept any longer, ask anew"}


async def start_export(context: Context, person_id: UUID) -> Job:
    """One's own, or of somebody all of whose organizations the caller looks after. Raises NotFound, Forbidden."""
    if person_id != context.caller.person_id:
        await check_wholly_looked_after(context, person_id)
    context.has_read(person_id)
    job = await start_job(context, EXPORT, _due, memory={"person_id": str(person_id)})
    context.store.add(
        SubjectExport(person_id=person_id, job_id=job.id, requested_by=context.caller.person_id, created_at=context.now)
    )
    return job


async def read_export_file(context: Context, export_id: UUID, days: int) -> bytes:
    """For whoever asked for it alone. Raises NotFound, ExportOver."""
    query = select(SubjectExport).where(
        SubjectExport.id == export_id,
        SubjectExport.requested_by == context.caller.person_id,
        col(SubjectExport.file_key).is_not(None),
    )
    export = await context.store.first(query)
    if export is None or export.file_key is None:
        raise NotFound
    if export.created_at + timedelta(days=days) < context.now:
        raise ExportOver
    context.has_read(export.person_id)
    return await context.runtime.storage.get(export.file_key)


async def start_erasure(context: Context, person_id: UUID, body: NewErasure) -> Job:
    """Raises NotFound, Forbidden, RoleExceedsYours; OnLegalHold, ErasureRunning, LastAdministrator unless it is a dry run."""
    await check_wholly_looked_after(context, person_id)
    memory = {"person_id": str(person_id), "dry_run": body.dry_run}
    if body.dry_run:
        return await start_job(context, ERASURE, _due, memory=dict(memory))
    await context.store.lock(Person, person_id)
    if await hold_on(context, person_id) is not None:
        raise OnLegalHold
    theirs = is_record_of(Erasure.person_id, person_id)
    running = select(Erasure.id).where(theirs, Erasure.state == ErasureState.RUNNING)
    if await context.store.first(running) is not None:
        raise ErasureRunning
    await check_another_administrator(context, person_id)
    job = await start_job(context, ERASURE, _due, memory=dict(memory))
    context.store.add(
        Erasure(
            person_id=person_id,
            reason=body.reason,
            state=ErasureState.RUNNING,
            job_id=job.id,
            requested_by=context.caller.person_id,
            requested_at=context.now,
        )
    )
    return job


async def hold_on(context: Context, person_id: UUID) -> LegalHold | None:
    """A hold that is in force, if there is one; also on a record that was merged into theirs."""
    query = select(LegalHold).where(
        is_record_of(LegalHold.person_id, person_id),
        col(LegalHold.lifted_at).is_(None),
        or_(col(LegalHold.until).is_(None), col(LegalHold.until) >= context.now.date()),
    )
    return await context.store.first(query)


async def subject_of(context: Context, person_id: UUID, *, proven: bool) -> Subject:
    """How the person is known. What nobody proved to be theirs shows them nothing, but is erased with them."""
    records = select(Person.id).where(is_record_of(Person.id, person_id), col(Person.id) != person_id)
    merged = await context.store.all(records.order_by(col(Person.id)))
    ids = [person_id, *merged]
    accounts = select(Identifier).where(col(Identifier.person_id).in_(ids))
    contacts = select(Contact).where(col(Contact.person_id).in_(ids))
    if proven:
        accounts = accounts.where(Identifier.proof != Proof.STAFF)
        contacts = contacts.where(col(Contact.verified_at).is_not(None))
    reached = await context.store.all(contacts)
    exports = await context.store.all(select(SubjectExport.job_id).where(col(SubjectExport.person_id).in_(ids)))
    return Subject(
        person_id=person_id,
        merged_ids=tuple(merged),
        identifiers=tuple(
            states.Identifier(network=one.network, external_id=one.external_id)
            for one in await context.store.all(accounts)
        ),
        emails=tuple(one.value for one in reached if one.kind is ContactKind.EMAIL),
        phones=tuple(one.value for one in reached if one.kind is ContactKind.PHONE),
        job_ids=tuple(exports),
    )


async def list_erasures(context: Context, query: ErasuresQuery) -> tuple[list[Erasure], str | None]:
    """Newest first. Raises NotFound, Forbidden for the person that is asked for."""
    narrowed: list[ColumnElement[bool]] = []
    if query.person_id is not None:
        await check_books(context, query.person_id)
        narrowed.append(is_record_of(Erasure.person_id, query.person_id))
    reached = of_reached(context, Erasure.person_id, Permission.MANAGE_PERSONAL_DATA)
    return await list_books(context, Erasure, query, reached, narrowed)


async def read_erasure(context: Context, erasure_id: UUID) -> Erasure:
    """Raises NotFound, Forbidden."""
    return await get_of_person(context, Erasure, erasure_id)


async def set_hold(context: Context, body: NewLegalHold) -> LegalHold:
    """Raises NotFound, Forbidden, ErasureRunning."""
    await check_looked_after(context, body.person_id)
    await context.store.lock(Person, body.person_id)
    theirs = is_record_of(Erasure.person_id, body.person_id)
    running = select(Erasure.id).where(theirs, Erasure.state == ErasureState.RUNNING)
    if await context.store.first(running) is not None:
        raise ErasureRunning
    return await context.store.insert(
        LegalHold(
            person_id=body.person_id,
            reason=body.reason,
            until=body.until,
            created_by=context.caller.person_id,
            created_at=context.now,
        )
    )


async def list_holds(context: Context, query: LegalHoldsQuery) -> tuple[list[LegalHold], str | None]:
    """Newest first. Raises NotFound, Forbidden for the person that is asked for."""
    narrowed: list[ColumnElement[bool]] = []
    if query.person_id is not None:
        await check_books(context, query.person_id)
        narrowed.append(is_record_of(LegalHold.person_id, query.person_id))
    reached = of_reached(context, LegalHold.person_id, Permission.MANAGE_PERSONAL_DATA)
    return await list_books(context, LegalHold, query, reached, narrowed)


async def read_hold(context: Context, hold_id: UUID) -> LegalHold:
    """Raises NotFound, Forbidden."""
    return await get_of_person(context, LegalHold, hold_id)


async def lift_hold(context: Context, hold_id: UUID, if_match: str | None) -> LegalHold:
    """Raises NotFound, Forbidden, Stale, HoldLifted."""
    await get_of_person(context, LegalHold, hold_id)
    hold = await context.store.lock(LegalHold, hold_id)
    await check_books(context, hold.person_id)
    check_match(if_match, hold.version)
    if not holds(hold.until, hold.lifted_at, context.now.date()):
        raise HoldLifted
    hold.lifted_at = context.now
    hold.version += 1
    return hold


def _due(job_id: UUID) -> JobDue:
    return JobDue(job_id=job_id)
