"""Taking a file of people in, to be worked off as a job."""

from typing import Final
from uuid import UUID

from services.gateway.organizations.actions import REACH, check_open
from services.gateway.people.rules.sheets import MOST_BYTES, FileTooLarge, check_looks_like_a_sheet
from services.gateway.people.tables import PeopleImport
from shared.app import Outside
from shared.clock import new_id
from shared.contracts.gateway import JobDue
from shared.jobs import Job, start_job
from shared.permissions import Permission

IMPORT_KIND: Final = "people_import"


async def start_import(
    uploading: Outside, organization_id: UUID, content: bytes, *, preview: bool
) -> tuple[PeopleImport, Job]:
    """Raises NotFound, Forbidden, OrganizationClosed, FileTooLarge, EmptyFile, NotASheet."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    check_looks_like_a_sheet(content)
    import_id = new_id()
    file_key = f"imports/{uploading.tenant_id}/{import_id}"
    async with uploading.reading() as before:
        await REACH.check(before, organization_id, Permission.MANAGE_PEOPLE)
        await check_open(before, [organization_id])
    await uploading.runtime.storage.put(f"{file_key}/file", content)
    context = await uploading.writing()
    await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)
    job = await start_job(
        context, IMPORT_KIND, lambda job_id: JobDue(job_id=job_id), memory={"import_id": str(import_id)}
    )
    kept = await context.store.insert(
        PeopleImport(
            id=import_id,
            organization_id=organization_id,
            job_id=job.id,
            preview=preview,
            created_by=context.caller.person_id,
            created_at=context.now,
            file_key=file_key,
        )
    )
    return kept, job
