"""Archives: asked for, followed and taken home by those who see the publications."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.publisher.archives.actions.gathering import read_archive, read_file, start_archive
from services.publisher.archives.rules import ArchiveOver, NotForPartners, TooManyArchives
from services.publisher.archives.schemas import ArchiveView, NewArchive
from shared.app import ApiRouter, allowed, created, problems, signed_in
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
WhoeverAsked = Annotated[Context, signed_in()]


@router.post(
    "/publication_archives",
    status_code=202,
    operation_id="publication_archives_create",
    responses=problems(NotFound, NotForPartners, TooManyArchives),
)
async def publication_archives_create(body: NewArchive, context: Seeing, response: Response) -> ArchiveView:
    """Gather everything that an organization and those below it published. It takes a while: read it until it is `done`."""
    job = await start_archive(context, body.organization_id)
    created(response, f"/v1/publication_archives/{job.id}")
    return ArchiveView.of(job)


@router.get("/publication_archives/{archive_id}", operation_id="publication_archives_read")
async def publication_archives_read(archive_id: UUID, context: WhoeverAsked) -> ArchiveView:
    """How far an archive came, and where its files are. Only whoever asked for it sees it."""
    return ArchiveView.of(await read_archive(context, archive_id))


@router.get(
    "/publication_archives/{archive_id}/files/{number}",
    operation_id="publication_archives_download",
    response_class=Response,
    responses={
        **problems(NotFound, ArchiveOver),
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
    },
)
async def publication_archives_download(
    archive_id: UUID, number: Annotated[int, Path(ge=1, le=100_000, description="counts from 1")], context: WhoeverAsked
) -> Response:
    """One file of an archive: `index.html` to read, `publications.json` for programs, and the images."""
    return Response(
        await read_file(context, archive_id, number),
        media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="publications-{number}.zip"',
            "cache-control": "no-store",
        },
    )
