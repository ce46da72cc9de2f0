"""Store images, find them, describe them."""

import asyncio
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.media.actions.pictures import Picture, cleaned
from services.publisher.media.schemas import MediaChange, MediaFilter
from services.publisher.media.tables import Media
from services.publisher.runtime import publisher_of
from shared.app import Outside, check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


async def upload_image(outside: Outside, organization_id: UUID, content: bytes, alt_text: str) -> Media:
    """Raises NotFound, Forbidden, MediaTooLarge, NotAnImage, TooManyPixels."""
    async with outside.reading() as context:
        await DIRECTORY.reachable(context, organization_id, Permission.PUBLISH)
    imaging = publisher_of(outside.runtime).imaging
    picture = await asyncio.get_running_loop().run_in_executor(imaging, cleaned, content)
    return await keep_picture(await outside.writing(), organization_id, picture, alt_text)


async def keep_picture(
    context: Context, organization_id: UUID, picture: Picture, alt_text: str, *, is_signed: bool = False
) -> Media:
    """The pixels first: a row never points at a picture that is not there."""
    media_id = new_id()
    key = f"media/{context.tenant_id}/{media_id}"
    await context.runtime.storage.put(key, picture.content)
    return await context.store.insert(
        Media(
            id=media_id,
            organization_id=organization_id,
            format=picture.format,
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            alt_text=alt_text,
            storage_key=key,
            is_signed=is_signed,
            created_at=context.now,
        )
    )


async def media_for(context: Context, media_id: UUID, permission: Permission) -> Media:
    """An image on which the caller has `permission`. Raises NotFound, Forbidden."""
    media = await DIRECTORY.get(context, Media, media_id, permission)
    if media.is_signed and context.caller.key is not None:
        raise NotFound
    return media


def may_be_shown(context: Context) -> ColumnElement[bool]:
    """Partners see no image that a person of the union signed: it names them."""
    return true() if context.caller.key is None else col(Media.is_signed).is_(False)


async def content_of(context: Context, media: Media) -> bytes:
    """Raises NotFound when the storage has lost it, or it was erased with whoever it named."""
    if not media.storage_key:
        raise NotFound
    return await context.runtime.storage.get(media.storage_key)


async def list_media(context: Context, page: MediaFilter) -> tuple[list[Media], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Media).where(
        DIRECTORY.reach_filter(context, Media.organization_id, Permission.SEE_PUBLICATIONS), may_be_shown(context)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Media.organization_id, page.organization_id))
    return await paginate(context, query, Media.id, page)


async def describe_media(context: Context, media_id: UUID, change: MediaChange, if_match: str | None) -> Media:
    """Raises NotFound, Forbidden, Stale."""
    await media_for(context, media_id, Permission.PUBLISH)
    media = await context.store.lock(Media, media_id)
    check_match(if_match, media.version)
    media.alt_text = change.alt_text
    media.version += 1
    return media
