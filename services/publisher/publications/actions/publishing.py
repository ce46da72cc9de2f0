"""Publish now, or at a planned time, in each channel at its own if it has one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import Organization
from services.publisher.publications.actions.alerts import alert_to_return
from services.publisher.publications.actions.beginning import begin
from services.publisher.publications.actions.changing import recall
from services.publisher.publications.actions.contents import Contents, check_may_use, contents_of
from services.publisher.publications.actions.drafting import WithParts, locked_publication, touch, with_parts
from services.publisher.publications.actions.previewing import check_can_be_sent
from services.publisher.publications.actions.reviewing import check_approved, is_as_approved
from services.publisher.publications.rules.plans import moment_now_meant, planned_moment
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed, is_urgent
from services.publisher.publications.schemas.publications import Plan
from services.publisher.publications.tables import Publication, PublicationTarget
from shared.context import Context
from shared.contracts.publisher import PublicationDue
from shared.local_time import zone_named

ChooseTimes = Callable[[Context, Publication, Sequence[Channel]], Awaitable[Mapping[UUID, "LocalPlan"]]]


@dataclass(frozen=True)
class LocalPlan:
    """A time on a wall clock."""

    local_time: datetime
    timezone: str
    fold: int = 0

    def moment(self, now: datetime) -> datetime:
        """Raises UnknownTimezone, LocalTimeDoesNotExist, TimeOutOfRange."""
        return planned_moment(self.local_time, zone_named(self.timezone), self.fold, now)


async def publish_now(context: Context, publication_id: UUID, if_match: str | None) -> WithParts:
    """Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotPublishable, NotApproved."""
    publication = await locked_publication(context, publication_id, if_match)
    contents = await _let_go(context, publication, Verb.PUBLISH)
    check_can_be_sent(publication, contents, context.now)
    await _set_own_times(context, publication, {})
    await begin(context, publication, contents)
    return await with_parts(context, publication)


async def schedule_publication(context: Context, publication_id: UUID, plan: Plan, if_match: str | None) -> WithParts:
    """Raises as `publish_now` does, and UnknownTimezone, LocalTimeDoesNotExist, TimeOutOfRange."""
    publication = await locked_publication(context, publication_id, if_match)
    contents = await _let_go(context, publication, Verb.SCHEDULE)
    timezone = plan.timezone or (await context.store.get(Organization, publication.organization_id)).timezone
    await _schedule(context, publication, contents, LocalPlan(plan.local_time, timezone, plan.fold), {})
    return await with_parts(context, publication)


async def schedule_in_channels(
    context: Context, publication_id: UUID, choose: ChooseTimes, if_match: str | None
) -> WithParts:
    """Each channel at a time of its own, the publication at the earliest. Raises as `schedule_publication` does."""
    publication = await locked_publication(context, publication_id, if_match)
    contents = await _let_go(context, publication, Verb.SCHEDULE)
    check_can_be_sent(publication, contents, context.now)
    times = await choose(context, publication, contents.channels)
    first = min(times.values(), key=lambda plan: plan.moment(context.now))
    await _schedule(context, publication, contents, first, times)
    return await with_parts(context, publication)


async def _let_go(context: Context, publication: Publication, verb: Verb) -> Contents:
    """Raises PublicationStateForbids, Forbidden, TestKey, NotApproved."""
    check_allowed(verb, publication.state)
    contents = await contents_of(context, publication.id)
    await check_may_use(context, contents.channels)
    await check_approved(context, publication, contents)
    return contents


async def _schedule(
    context: Context, publication: Publication, contents: Contents, plan: LocalPlan, times: Mapping[UUID, LocalPlan]
) -> None:
    """Raises NotPublishable, and what is wrong with the times."""
    publication.publish_at = plan.moment(context.now)
    last = max((each.moment(context.now) for each in times.values()), default=publication.publish_at)
    check_can_be_sent(publication, contents, last)
    await _set_own_times(context, publication, times)
    publication.local_time = plan.local_time
    publication.timezone = plan.timezone
    publication.fold = plan.fold
    publication.state = PublicationState.SCHEDULED
    await _wait_for_moment(context, publication)


async def _set_own_times(context: Context, publication: Publication, times: Mapping[UUID, LocalPlan]) -> None:
    """Those of an earlier plan are forgotten."""
    if not times and publication.schedule_version == 0:
        return
    targets = select(PublicationTarget).where(col(PublicationTarget.publication_id) == publication.id)
    for target in await context.store.all(targets):
        plan = times.get(target.channel_id)
        target.local_time = None if plan is None else plan.local_time
        target.timezone = None if plan is None else plan.timezone
        target.publish_at = None if plan is None else plan.moment(context.now)
    await context.store.flush()


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
    contents = await contents_of(context, publication.id)
    if publication.review_levels and not await is_as_approved(context, publication, contents):
        await recall(context, publication, contents)
        touch(context, publication)
        await alert_to_return(context, publication)
        return
    await begin(context, publication, contents)


async def _wait_for_moment(context: Context, publication: Publication) -> None:
    publication.schedule_version += 1  # drops the message of an earlier plan
    touch(context, publication)
    due = PublicationDue(
        publication_id=publication.id,
        schedule_version=publication.schedule_version,
        urgent=is_urgent(publication.kind),
    )
    await context.emit(due, available_at=publication.publish_at)
