"""Publish now, at a planned time, or not at all."""

from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.rules.attempts import WAITING, DeliveryState
from services.publisher.directory.tables import Organization
from services.publisher.publications.actions.contents import check_may_use, contents_of
from services.publisher.publications.actions.drafting import WithParts, locked_publication, touch, with_parts
from services.publisher.publications.actions.previewing import check_can_be_sent
from services.publisher.publications.actions.telling import tell_state
from services.publisher.publications.rules.plans import moment_now_meant, planned_moment
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed, check_withdrawable
from services.publisher.publications.schemas.publications import Plan
from services.publisher.publications.tables import Delivery, Publication, PublicationTarget
from shared.context import Context
from shared.contracts.publisher import DeliveryDue, PublicationDue
from shared.local_time import zone_named


async def publish_now(context: Context, publication_id: UUID, if_match: str | None) -> WithParts:
    """Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotPublishable."""
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.PUBLISH, publication.state)
    contents = await contents_of(context, publication.id)
    await check_may_use(context, contents.channels)
    check_can_be_sent(publication, contents)
    await _begin(context, publication)
    return await with_parts(context, publication)


async def schedule_publication(context: Context, publication_id: UUID, plan: Plan, if_match: str | None) -> WithParts:
    """Raises as `publish_now` does, and UnknownTimezone, LocalTimeDoesNotExist, TimeOutOfRange."""
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.SCHEDULE, publication.state)
    contents = await contents_of(context, publication.id)
    await check_may_use(context, contents.channels)
    check_can_be_sent(publication, contents)
    timezone = plan.timezone or (await context.store.get(Organization, publication.organization_id)).timezone
    publication.publish_at = planned_moment(plan.local_time, zone_named(timezone), plan.fold, context.now)
    publication.local_time = plan.local_time
    publication.timezone = timezone
    publication.fold = plan.fold
    publication.state = PublicationState.SCHEDULED
    await _wait_for_moment(context, publication)
    return await with_parts(context, publication)


async def withdraw_publication(context: Context, publication_id: UUID, if_match: str | None) -> WithParts:
    """Keep from the public what no channel shows yet.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, AlreadyOut.
    """
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.WITHDRAW, publication.state)
    query = select(Delivery).where(col(Delivery.publication_id) == publication.id).order_by(col(Delivery.id))
    deliveries = await context.store.all(query.with_for_update())
    check_withdrawable([delivery.state for delivery in deliveries])
    for delivery in deliveries:
        if delivery.state in WAITING:
            delivery.state = DeliveryState.WITHDRAWN
            delivery.next_attempt_at = None
            delivery.version += 1
    publication.state = PublicationState.WITHDRAWN
    touch(context, publication)
    await tell_state(context, publication)
    return await with_parts(context, publication)


async def publish_due(context: Context, due: PublicationDue) -> None:
    """The moment of a plan has come, unless the plan changed, or the zone's rules did."""
    publication = await context.store.find(Publication, due.publication_id)
    if publication is None:
        return
    publication = await context.store.lock(Publication, publication.id)
    if publication.state is not PublicationState.SCHEDULED or publication.schedule_version != due.schedule_version:
        return
    if publication.local_time is not None and publication.timezone is not None and publication.publish_at is not None:
        zone = zone_named(publication.timezone)
        meant = moment_now_meant(publication.local_time, zone, publication.fold, publication.publish_at)
        if meant > publication.publish_at:
            publication.publish_at = meant
            await _wait_for_moment(context, publication)
            return
    await _begin(context, publication)


async def _wait_for_moment(context: Context, publication: Publication) -> None:
    publication.schedule_version += 1  # drops the message of an earlier plan
    touch(context, publication)
    due = PublicationDue(publication_id=publication.id, schedule_version=publication.schedule_version)
    await context.emit(due, available_at=publication.publish_at)


async def _begin(context: Context, publication: Publication) -> None:
    """One delivery for each channel, due at once."""
    publication.state = PublicationState.PUBLISHING
    publication.published_at = context.now
    publication.schedule_version += 1
    touch(context, publication)
    targets = select(PublicationTarget.channel_id).where(col(PublicationTarget.publication_id) == publication.id)
    for channel_id in await context.store.all(targets.order_by(col(PublicationTarget.position))):
        delivery = await context.store.insert(
            Delivery(
                publication_id=publication.id,
                channel_id=channel_id,
                state=DeliveryState.PENDING,
                next_attempt_at=context.now,
            )
        )
        await context.emit(DeliveryDue(delivery_id=delivery.id, attempt=1))
