"""The short links in the codes of cards and sheets, whose scans are counted."""

from uuid import UUID, uuid5

from services.publisher.links.actions.making import short_url
from services.publisher.links.actions.places import Spot
from services.publisher.links.rules.places import NAME_LIMIT
from services.publisher.links.rules.targets import TargetKind
from shared.context import Context


async def printed_link(context: Context, organization_id: UUID, target: str, title: str) -> str:
    """The short address for one printed sheet or announcement: each title is a place of its own, with its own count.

    The same the next time that it is asked for. What is a short link of this installation stays as it is.
    Raises UnsafeTarget.
    """
    if target.startswith(f"{context.runtime.settings.public_url}/l/"):
        return target
    return await short_url(
        context,
        organization_id=organization_id,
        kind=TargetKind.EXTERNAL,
        about_id=uuid5(organization_id, target),
        target=target,
        spot=Spot.sheet(title[:NAME_LIMIT]),
    )
