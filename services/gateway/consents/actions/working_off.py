"""The jobs behind a person's file and their erasure: ask every service, gather what they report, finish.

An erasure begins with the person themselves, in one transaction: their ways in, their name, the word to all services.
From then on nobody acts or is found as them, and what the services report is complete.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import col, select

from services.gateway.consents.actions.holdings import FindMore, held
from services.gateway.consents.actions.subjects import hold_on, subject_of
from services.gateway.consents.rules.dossier import bundle
from services.gateway.consents.rules.erasure import Certificate, ErasureState, OnLegalHold, certificate_hash
from services.gateway.consents.tables import Erasure, SubjectExport
from services.gateway.people.actions import tell_people
from services.gateway.people.actions.words import forget_words
from services.gateway.people.rules.merging import AlreadyMerged
from services.gateway.people.tables import Person
from shared.context import Context
from shared.contracts import ServiceName
from shared.contracts.gateway import READ_MODELS, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.states import Subject
from shared.job_parts import Part, drop_parts, parts_of
from shared.jobs import Chunk, Job, Progress
from shared.subjects import SHOWN, Shown, count, erase, opened, sealed, show

_SERVICES: Final = len(READ_MODELS) + 1  # with the gateway itself


def export_chunk(more: Sequence[FindMore]) -> Chunk:
    """`more` says what the rooms after this one hold."""

    async def work_off(context: Context, job: Job) -> Progress:
        person_id = UUID(str(job.memory["person_id"]))
        if "asked" not in job.memory:
            subject = sealed(context, await subject_of(context, person_id, proven=True))
            await context.emit(SubjectExportRequested(job_id=job.id, sealed_subject=subject))
            return Progress(0, {**job.memory, "asked": subject}, total=_SERVICES, waits=True)
        parts = await parts_of(context, job.id)
        if len(parts) < len(READ_MODELS):
            return Progress(len(parts), job.memory, waits=True)
        subject = opened(context, str(job.memory["asked"]))
        own = await show(context, (await held(context, subject, more)).holdings)
        return await _keep_file(context, job, {ServiceName.GATEWAY: own, **_shown(context, parts)})

    return work_off


def erasure_chunk(more: Sequence[FindMore]) -> Chunk:
    """`more` says what the rooms after this one hold."""

    async def work_off(context: Context, job: Job) -> Progress:
        person_id, dry_run = UUID(str(job.memory["person_id"])), bool(job.memory["dry_run"])
        if "own" not in job.memory:
            return await _begin(context, job, person_id, more, dry_run=dry_run)
        parts = await parts_of(context, job.id)
        if len(parts) < len(READ_MODELS):
            return Progress(len(parts) + 1, job.memory, waits=True)
        await drop_parts(context, job.id)
        counts: dict[str, JsonValue] = {service.value: dict(part.counts) for service, part in parts.items()}
        counts[ServiceName.GATEWAY.value] = job.memory["own"]
        if dry_run:
            hold = await hold_on(context, person_id)
            result: dict[str, JsonValue] = {
                "counts": dict(counts),
                "legal_hold": None if hold is None else str(hold.id),
            }
            return Progress(_SERVICES, result=result)
        return await _certify(context, job, counts)

    return work_off


async def _keep_file(context: Context, job: Job, parts: Mapping[ServiceName, Shown]) -> Progress:
    """The storage has it sealed; writing it again after a crash gives the same key."""
    file = bundle({service.value: shown for service, shown in parts.items()})
    key = f"{context.tenant_id}/subject_exports/{job.id}"
    ciphertext = context.runtime.cipher.encrypt(b64encode(file).decode())
    await context.runtime.storage.put(key, ciphertext.encode())
    export = await _of_job(context, job)
    export.file_key, export.size = key, len(file)
    await drop_parts(context, job.id)
    url = f"/v1/subject_exports/{export.id}/file"
    return Progress(_SERVICES, result={"url": url, "size": len(file)})


def opened_file(context: Context, ciphertext: bytes) -> bytes:
    """The zip, as it was made."""
    return b64decode(context.runtime.cipher.decrypt(ciphertext.decode()))


async def _begin(context: Context, job: Job, person_id: UUID, more: Sequence[FindMore], *, dry_run: bool) -> Progress:
    if not dry_run and (why := await _why_not(context, person_id)) is not None:
        (await _erasure_of(context, job)).state = ErasureState.REFUSED
        return Progress(0, result={"refused": why})
    subject = await subject_of(context, person_id, proven=False)
    theirs = await held(context, subject, more)
    if dry_run:
        own = await count(context, subject, theirs)
    else:
        exports = await context.store.all(
            select(SubjectExport).where(col(SubjectExport.person_id).in_(subject.person_ids))
        )
        files = [export.file_key for export in exports if export.file_key is not None]
        own = await erase(context, subject, theirs)
        await _tell_that_they_are_gone(context, subject)
        for key in files:
            await context.runtime.storage.delete(key)
    wish = SubjectErasureRequested(job_id=job.id, sealed_subject=sealed(context, subject), dry_run=dry_run)
    await context.emit(wish)
    return Progress(1, {**job.memory, "own": dict(own)}, total=_SERVICES, waits=True)


async def _tell_that_they_are_gone(context: Context, subject: Subject) -> None:
    """The services' read models lose the name with the person's next version; no search finds them."""
    query = select(Person).where(col(Person.id).in_(subject.person_ids)).execution_options(populate_existing=True)
    people = await context.store.all(query)
    for person in people:
        await forget_words(context, person)
    await tell_people(context, subject.person_ids)


async def _why_not(context: Context, person_id: UUID) -> str | None:
    """The code of what came between the wish and the work. From here to the commit nobody is merged with the person."""
    person = await context.store.lock(Person, person_id, alone=True)
    if person.merged_into_id is not None:  # what was theirs is somebody else's now: the erasure is to be asked for anew
        return AlreadyMerged.code
    return None if await hold_on(context, person_id) is None else OnLegalHold.code


async def _certify(context: Context, job: Job, counts: dict[str, JsonValue]) -> Progress:
    erasure = await _erasure_of(context, job)
    finished_at = context.now
    erasure.state, erasure.finished_at, erasure.counts = ErasureState.DONE, finished_at, counts
    erasure.certificate_hash = certificate_hash(
        Certificate(
            erasure.id,
            erasure.person_id,
            erasure.reason,
            erasure.requested_by,
            erasure.requested_at,
            finished_at,
            counts,
        )
    )
    url = f"/v1/erasures/{erasure.id}"
    return Progress(_SERVICES, result={"url": url, "certificate_hash": erasure.certificate_hash})


async def _of_job(context: Context, job: Job) -> SubjectExport:
    return (await context.store.all(select(SubjectExport).where(SubjectExport.job_id == job.id)))[0]


async def _erasure_of(context: Context, job: Job) -> Erasure:
    return (await context.store.all(select(Erasure).where(Erasure.job_id == job.id)))[0]


def _shown(context: Context, parts: Mapping[ServiceName, Part]) -> dict[ServiceName, Shown]:
    return {
        service: SHOWN.validate_json(context.runtime.cipher.decrypt(part.sealed))
        for service, part in parts.items()
        if part.sealed is not None
    }
