"""Plans that recur: made, changed, paused, one day skipped; and which day comes next."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.plans.rules.recurrence import (
    NotAnOccurrence,
    OccurrenceState,
    Recurrence,
    days_of,
    is_past,
    made_at,
)
from services.publisher.plans.schemas.plans import NewRecurringPlan, PlanFilter, RecurringPlanChange
from services.publisher.plans.tables import PlanOccurrence, RecurringPlan
from services.publisher.publications.actions.contents import check_may_use, contents_of
from services.publisher.publications.actions.drafting import publication_for
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.contracts.publisher import PlanDue
from shared.local_time import zone_named
from shared.permissions import Permission

_DAY = timedelta(days=1)


async def create_plan(context: Context, body: NewRecurringPlan) -> RecurringPlan:
    """Raises NotFound, Forbidden, TestKey, BadPlan."""
    template = await publication_for(context, body.template_id, Permission.PUBLISH)
    body.rule()
    plan = RecurringPlan(**body.model_dump(), organization_id=template.organization_id, created_at=context.now)
    await _take_leave(context, plan)
    plan = await context.store.insert(plan)
    await come_round(context, plan)
    return plan


async def change_plan(
    context: Context, plan_id: UUID, change: RecurringPlanChange, if_match: str | None
) -> RecurringPlan:
    """Whoever changes it answers for it. Raises NotFound, Forbidden, TestKey, Stale, BadPlan."""
    plan = await locked_plan(context, plan_id, if_match)
    given = change.model_dump(include=change.model_fields_set)
    for name, value in given.items():
        if value is not None or name == "ends_on":
            setattr(plan, name, value)
    rule_of(plan)
    await _take_leave(context, plan)
    plan.version += 1
    await come_round(context, plan)
    return plan


async def delete_plan(context: Context, plan_id: UUID, if_match: str | None) -> None:
    """What was made of it stays. Raises NotFound, Forbidden, Stale."""
    plan = await locked_plan(context, plan_id, if_match)
    await context.store.execute(delete(PlanOccurrence).where(col(PlanOccurrence.plan_id) == plan.id))
    await context.store.delete(plan)


async def skip_day(context: Context, plan_id: UUID, on_day: date, if_match: str | None) -> RecurringPlan:
    """Raises NotFound, Forbidden, Stale, NotAnOccurrence."""
    plan = await locked_plan(context, plan_id, if_match)
    zone = await zone_of(context, plan)
    is_its_day = next(days_of(rule_of(plan), on_day - _DAY), None) == on_day
    done = select(PlanOccurrence).where(col(PlanOccurrence.plan_id) == plan.id, col(PlanOccurrence.on_day) == on_day)
    if not is_its_day or is_past(on_day, plan.local_time, zone, context.now) or await context.store.first(done):
        raise NotAnOccurrence
    context.store.add(
        PlanOccurrence(plan_id=plan.id, on_day=on_day, state=OccurrenceState.SKIPPED, made_at=context.now)
    )
    await context.store.flush()
    plan.version += 1
    await come_round(context, plan)
    return plan


async def plan_for(context: Context, plan_id: UUID) -> RecurringPlan:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, RecurringPlan, plan_id, Permission.SEE_PUBLICATIONS)


async def list_plans(context: Context, page: PlanFilter) -> tuple[list[RecurringPlan], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(RecurringPlan).where(
        DIRECTORY.reach_filter(context, RecurringPlan.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, RecurringPlan.organization_id, page.organization_id))
    return await paginate(context, query, RecurringPlan.id, page)


async def list_occurrences(
    context: Context, plan: RecurringPlan, page: PageQuery
) -> tuple[list[PlanOccurrence], str | None]:
    """Those made last first."""
    query = select(PlanOccurrence).where(col(PlanOccurrence.plan_id) == plan.id)
    return await paginate(context, query, PlanOccurrence.id, page)


async def come_round(context: Context, plan: RecurringPlan, after: date | None = None) -> None:
    """Find the day that comes next and has nothing yet, and be there in time. What was planned before is dropped.

    Later than `after`, whose turn it was: then also what a worker that stood still is late for.
    """
    zone, rule = await zone_of(context, plan), rule_of(plan)
    last = after or context.now.astimezone(zone).date() - _DAY
    done = await _days_done(context, plan, last)
    plan.next_on = None
    for day in days_of(rule, last):
        is_late = after is None and is_past(day, plan.local_time, zone, context.now)
        if day not in done and not is_late:
            plan.next_on = day
            break
    plan.schedule_version += 1
    if plan.next_on is not None and not plan.paused:
        at = made_at(plan.next_on, plan.days_ahead, plan.local_time, zone)
        due = PlanDue(plan_id=plan.id, schedule_version=plan.schedule_version)
        await context.emit(due, available_at=max(at, context.now))


async def locked_plan(context: Context, plan_id: UUID, if_match: str | None) -> RecurringPlan:
    """Raises NotFound, Forbidden, Stale."""
    await DIRECTORY.get(context, RecurringPlan, plan_id, Permission.PUBLISH)
    plan = await context.store.lock(RecurringPlan, plan_id)
    check_match(if_match, plan.version)
    return plan


def rule_of(plan: RecurringPlan) -> Recurrence:
    """Raises BadPlan."""
    return Recurrence(plan.repeat, plan.starts_on, plan.ends_on, plan.every_weeks, plan.weekday, plan.nth, plan.day)


async def zone_of(context: Context, plan: RecurringPlan) -> ZoneInfo:
    return zone_named((await context.store.get(Organization, plan.organization_id)).timezone)


async def _take_leave(context: Context, plan: RecurringPlan) -> None:
    """The plan publishes where whoever asks for it may, and nowhere else. Raises Forbidden, TestKey."""
    channels = (await contents_of(context, plan.template_id)).channels
    await check_may_use(context, channels)
    owners = {plan.organization_id, *(channel.organization_id for channel in channels)}
    plan.acting_for = sorted(str(owner) for owner in owners)
    plan.by_partner = plan.by_partner or context.caller.key is not None


async def _days_done(context: Context, plan: RecurringPlan, after: date) -> Sequence[date]:
    query = select(PlanOccurrence).where(col(PlanOccurrence.plan_id) == plan.id, col(PlanOccurrence.on_day) > after)
    return [occurrence.on_day for occurrence in await context.store.all(query)]
