"""A made-up service, as small as one can be: notes of organizations, under the schema of a real one."""

import asyncio
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import FastAPI, Request, Response
from pydantic import Field
from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import col, select

from shared.app import (
    ApiModel,
    ApiRouter,
    IfMatch,
    Outside,
    Page,
    Paging,
    PublicIdPath,
    allowed,
    anyone,
    anyone_outside,
    check_match,
    create_service,
    created,
    etag,
    id_within,
    outside,
    paginate,
    problems,
    signed_in,
)
from shared.context import Context
from shared.contracts import Message, ServiceName
from shared.db import TenantRow, add_platform_tables, foreign_key, service_metadata, unique_in_tenant
from shared.directory import (
    IDENTIFIER_CONSTRAINTS,
    MEMBERSHIP_CONSTRAINTS,
    REACH_CONSTRAINTS,
    CalendarColumns,
    Directory,
    IdentifierColumns,
    MembershipColumns,
    OrganizationColumns,
    PersonColumns,
    PositionColumns,
    ReachColumns,
)
from shared.errors import Conflict
from shared.permissions import Permission
from shared.runtime import Runtime
from shared.settings import PlatformSettings

metadata = service_metadata("surveys")
add_platform_tables(metadata)


class Tenant(TenantRow, registry=registry(metadata=metadata)):
    """A row of one tenant of the made-up service."""


class Organization(OrganizationColumns, Tenant, table=True):
    pass


class OrganizationReach(ReachColumns, Tenant, table=True):
    constraints = REACH_CONSTRAINTS


class Person(PersonColumns, Tenant, table=True):
    pass


class Membership(MembershipColumns, Tenant, table=True):
    constraints = MEMBERSHIP_CONSTRAINTS


class Identifier(IdentifierColumns, Tenant, table=True):
    constraints = IDENTIFIER_CONSTRAINTS


class Calendar(CalendarColumns, Tenant, table=True):
    pass


class DirectoryPosition(PositionColumns, Tenant, table=True):
    pass


class Note(Tenant, table=True):
    constraints = (Index(None, "tenant_id", "organization_id", "id"),)

    organization_id: UUID = foreign_key(Organization)
    words: str
    version: int = 1


class Tag(Tenant, table=True):
    """Something that exists once in a tenant, and points at a note of the same tenant."""

    note_id: UUID = foreign_key(Note)
    name: str = unique_in_tenant()


DIRECTORY = Directory(
    organization=Organization,
    reach=OrganizationReach,
    person=Person,
    membership=Membership,
    identifier=Identifier,
    calendar=Calendar,
    position=DirectoryPosition,
)


class NoteWritten(Message):
    """To itself: what the made-up consumers of a test are about."""

    type: ClassVar[str] = "surveys.note_written"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.SURVEYS,)

    organization_id: UUID
    words: str


class NotesSettings(PlatformSettings):
    database_url: str


class NoteTaken(Conflict):
    code = "note.taken"
    title = {"ru": "Такая заметка уже есть", "en": "There is such a note already"}


class NewNote(ApiModel):
    organization_id: UUID
    words: str = Field(max_length=200)
    size: float = 1.0
    then: str = Field(default="", max_length=20, description="what happens after the note is stored")


class NoteView(ApiModel):
    id: UUID
    words: str
    version: int

    @classmethod
    def of(cls, note: Note) -> "NoteView":
        return cls(id=note.id, words=note.words, version=note.version)


router = ApiRouter(tags=["notes"])
Writing = Annotated[Context, allowed(Permission.PUBLISH)]
SignedIn = Annotated[Context, signed_in()]
OfNote = Annotated[Context, anyone(tenant_of="note")]
WritingOutside = Annotated[Outside, outside(Permission.PUBLISH)]
AnyoneOutside = Annotated[Outside, anyone_outside(tenant_from="tenant_id")]


@router.post("/notes", status_code=201, operation_id="notes_create", responses=problems(NoteTaken))
async def notes_create(body: NewNote, context: Writing, request: Request, response: Response) -> NoteView:
    """Keep a note. `then` says what goes wrong afterwards."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    note = await context.store.insert(Note(organization_id=body.organization_id, words=body.words))
    await context.emit(NoteWritten(organization_id=body.organization_id, words=body.words))
    match body.then:
        case "problem":
            raise NoteTaken
        case "defect":
            raise RuntimeError(body.words)
        case "slow":
            await asyncio.sleep(30)
        case "no commit":  # what the database says at the end, after the answer was built
            context.store.add(Tag(note_id=body.organization_id, name="x"))
        case "shown once":
            request.scope["vmeste.shown_once"] = True
        case _:
            pass
    created(response, f"/v1/notes/{note.id}")
    return NoteView.of(note)


@router.get("/notes", operation_id="notes_list")
async def notes_list(context: SignedIn, page: Paging) -> Page[NoteView]:
    """The notes that the caller may see, the newest first."""
    query = select(Note).where(DIRECTORY.reach_filter(context, Note.organization_id, Permission.SEE_PUBLICATIONS))
    rows, following = await paginate(context, query, Note.id, page)
    return Page[NoteView](items=[NoteView.of(row) for row in rows], next=following)


@router.patch("/notes/{note_id}", operation_id="notes_change")
async def notes_change(
    note_id: UUID, body: NewNote, context: Writing, response: Response, if_match: IfMatch = None
) -> NoteView:
    note = await context.store.lock(Note, note_id)
    check_match(if_match, note.version)
    note.words = body.words
    note.version += 1
    etag(response, note.version)
    return NoteView.of(note)


@router.get("/public/{note}/others", operation_id="notes_beside")
async def notes_beside(note: PublicIdPath, context: OfNote) -> list[str]:
    """Everybody's view of all notes of that note's tenant; says who asks."""
    rows = await context.store.all(select(Note.words).order_by(col(Note.id)))
    return [f"{context.caller.kind} {id_within(context.tenant_id, note)}", *rows]


@router.get("/public/{note}", operation_id="notes_public")
async def notes_public(note: PublicIdPath, context: OfNote) -> NoteView:
    return NoteView.of(await context.store.get(Note, id_within(context.tenant_id, note)))


@router.post("/notes/outside", status_code=201, operation_id="notes_create_outside")
async def notes_create_outside(body: NewNote, work: WritingOutside) -> NoteView:
    """Read, do something slow, write."""
    async with work.reading() as before:
        await DIRECTORY.reachable(before, body.organization_id, Permission.PUBLISH)
    context = await work.writing()
    return NoteView.of(await context.store.insert(Note(organization_id=body.organization_id, words=body.words)))


@router.get("/tenants/{tenant_id}/who", operation_id="who_asks")
async def who_asks(work: AnyoneOutside) -> str:
    return work.caller.kind


def create_app(runtime: Runtime) -> FastAPI:
    return create_service(runtime, [router], wait_for_position=DIRECTORY.wait_for_position)
