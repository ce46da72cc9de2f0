"""How an organization's cards look and who speaks on them: by its settings, as the directory has them."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from services.publisher.cards.actions.logos import LOGO_PIXELS
from services.publisher.cards.rules.colours import DEFAULT_ACCENT, Branding
from services.publisher.directory.tables import Organization
from services.publisher.media.actions.keeping import content_of
from services.publisher.media.actions.pictures import thumbnail
from services.publisher.media.tables import Media
from services.publisher.runtime import publisher_of
from shared.context import Context
from shared.errors import NotFound
from shared.runtime import Runtime

_log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """An organization's own: its name on cards, its colours, its logo as it was uploaded."""

    union: str
    branding: Branding
    logo_media_id: UUID | None
    logo: bytes

    async def dressed(self, runtime: Runtime) -> Branding:
        """The colours with the logo in its small form, made off the event loop."""
        if not self.logo:
            return self.branding
        imaging = publisher_of(runtime).imaging
        small = await asyncio.get_running_loop().run_in_executor(imaging, thumbnail, self.logo, LOGO_PIXELS)
        return replace(self.branding, logo=small)


async def house_of(context: Context, organization_id: UUID, accent: str | None, highlight: str | None) -> House:
    """`accent` and `highlight` in place of the organization's own. Raises BadAccent."""
    organization = await context.store.get(Organization, organization_id)
    wanted = organization.branding
    branding = Branding(
        accent if accent is not None else wanted.get("primary_colour", DEFAULT_ACCENT),
        highlight if highlight is not None else wanted.get("accent_colour", ""),
    )
    logo_media_id, logo = await _logo(context, wanted.get("logo_media_id"))
    return House(wanted.get("short_name", organization.name), branding, logo_media_id, logo)


async def logo_of(context: Context, media_id: UUID | None) -> tuple[UUID | None, bytes]:
    """None and nothing for a logo that is not there any more: no greeting is late for that."""
    media = await context.store.find(Media, media_id) if media_id is not None else None
    if media is None:
        return None, b""
    try:
        return media.id, await content_of(context, media)
    except NotFound:
        _log.warning("card.logo_lost", media_id=str(media.id))
        return None, b""


async def _logo(context: Context, named: str | None) -> tuple[UUID | None, bytes]:
    try:
        media_id = UUID(named) if named else None
    except ValueError:
        _log.warning("card.logo_is_no_id")
        return None, b""
    return await logo_of(context, media_id)
