"""What goes out in channels, or went, and at which moments: by slots or by anybody's choice of the same time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.plans.rules.slots import WEEKS_AHEAD, went_out
from services.publisher.publications.rules.plans import moment_now_meant
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery, Publication, PublicationTarget
from shared.context import Context
from shared.local_time import zone_named

_ZONES_MOVE = timedelta(days=1)  # at most, since a moment was reckoned

Fillings = Mapping[UUID, Mapping[datetime, UUID]]
"""By channel: the publication of each moment that has one."""


async def fillings_of(
    context: Context, channel_ids: Collection[UUID], begins: datetime, ends: datetime, *, but: UUID | None = None
) -> Fillings:
    """Between these moments, by one question; without the publication `but`."""
    found: defaultdict[UUID, dict[datetime, UUID]] = defaultdict(dict)
    at = func.coalesce(col(PublicationTarget.publish_at), col(Publication.publish_at))
    own = and_(
        col(Delivery.tenant_id) == col(PublicationTarget.tenant_id),
        col(Delivery.publication_id) == col(PublicationTarget.publication_id),
        col(Delivery.channel_id) == col(PublicationTarget.channel_id),
    )
    whole = and_(
        col(Publication.tenant_id) == col(PublicationTarget.tenant_id),
        col(Publication.id) == col(PublicationTarget.publication_id),
    )
    earliest = begins - _ZONES_MOVE - timedelta(weeks=WEEKS_AHEAD)  # of a publication that reaches this channel last
    query = (
        select(PublicationTarget, Publication, Delivery.state)
        .join(Publication, whole)
        .outerjoin(Delivery, own)
        .where(
            col(PublicationTarget.tenant_id) == context.tenant_id,
            col(PublicationTarget.channel_id).in_(channel_ids),
            col(Publication.publish_at).between(earliest, ends + _ZONES_MOVE),
            at.between(begins - _ZONES_MOVE, ends + _ZONES_MOVE),
        )
    )
    rows: Sequence[tuple[PublicationTarget, Publication, DeliveryState | None]]
    rows = [tuple(row) for row in await context.store.execute(query)]  # pyright: ignore[reportAssignmentType] - as selected
    for target, publication, delivery in rows:
        moment = moment_in(target, publication)
        if publication.id == but or moment is None or _came_before_its_plan(publication):
            continue
        is_scheduled = publication.state is PublicationState.SCHEDULED
        if went_out(delivery, is_scheduled=is_scheduled):
            found[target.channel_id][moment] = publication.id
    return found


def moment_in(target: PublicationTarget, publication: Publication) -> datetime | None:
    """When it goes out in that channel, by today's rules of the zone; None when nobody planned it."""
    if target.local_time is not None and target.timezone is not None and target.publish_at is not None:
        return moment_now_meant(target.local_time, zone_named(target.timezone), 0, target.publish_at)
    return moment_of_plan(publication)


def moment_of_plan(publication: Publication) -> datetime | None:
    if publication.local_time is None or publication.timezone is None or publication.publish_at is None:
        return None
    zone = zone_named(publication.timezone)
    return moment_now_meant(publication.local_time, zone, publication.fold, publication.publish_at)


def _came_before_its_plan(publication: Publication) -> bool:
    """Somebody could not wait, and sent it everywhere."""
    begun, planned = publication.published_at, publication.publish_at
    return begun is not None and planned is not None and begun < planned
