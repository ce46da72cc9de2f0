"""A plan's day draws near: its publication is made, once, and goes out by itself if that is the plan."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.plans.actions.plans import come_round, zone_of
from services.publisher.plans.rules.recurrence import OccurrenceState, goes_out_at, is_over, is_past, made_at
from services.publisher.plans.tables import PlanOccurrence, RecurringPlan
from services.publisher.publications.actions.contents import contents_of
from services.publisher.publications.actions.drafting import copy_publication
from services.publisher.publications.actions.publishing import publish_now, schedule_publication
from services.publisher.publications.schemas.publications import Plan
from shared.context import Context
from shared.contracts.publisher import PlanDue
from shared.errors import Problem
from shared.identity import Grant
from shared.permissions import Role

_DAY: Final = timedelta(days=1)
TOO_LATE: Final[dict[str, JsonValue]] = {
    "code": "plan.too_late",
    "ru": "Больше суток после срока: не публикуем вдогонку",
    "en": "More than a day after its time: nothing is made up for",
}

ELSEWHERE: Final[dict[str, JsonValue]] = {
    "code": "plan.channels_elsewhere",
    "ru": "Не все, кто правит образец, публикуют в одном из его каналов: взглянуть должен тот, кто там публикует",
    "en": "Not all who may change the template publish in one of its channels: somebody who does must look",
}


async def make_occurrence(context: Context, due: PlanDue) -> None:
    """A repeat finds the plan gone on to its next day. Each day's row is there once, whoever asks."""
    plan = await context.store.find(RecurringPlan, due.plan_id)
    if plan is None:
        return
    plan = await context.store.lock(RecurringPlan, plan.id)
    on_day = plan.next_on
    if on_day is None or plan.paused or plan.schedule_version != due.schedule_version:
        return
    zone = await zone_of(context, plan)
    if made_at(on_day, plan.days_ahead, plan.local_time, zone) > context.now:  # the zone moved since it was planned
        await come_round(context, plan, on_day - _DAY)
        return
    if is_over(on_day, plan.local_time, zone, context.now):
        occurrence = PlanOccurrence(
            plan_id=plan.id, on_day=on_day, state=OccurrenceState.MISSED, reason=TOO_LATE, made_at=context.now
        )
    else:
        occurrence = await _made(context, plan, on_day, zone)
    await context.store.insert(occurrence)
    await come_round(context, plan, on_day)


async def _made(context: Context, plan: RecurringPlan, on_day: date, zone: ZoneInfo) -> PlanOccurrence:
    """What hinders it is kept as its reason: a person must look."""
    acting, occurrence = (
        _acting(context, plan),
        PlanOccurrence(plan_id=plan.id, on_day=on_day, state=OccurrenceState.MISSED, made_at=context.now),
    )
    template_id, by_partner, is_scheduled = plan.template_id, plan.by_partner, plan.is_scheduled
    organization_id = plan.organization_id
    at_once = is_past(on_day, plan.local_time, zone, context.now)
    local_time = None if at_once else goes_out_at(on_day, plan.local_time, zone)
    trial = await context.store.session.begin_nested()
    try:
        publication, _ = await copy_publication(acting, template_id, for_partner=by_partner)
        publication_id = publication.id
        await context.store.flush()
    except Problem as problem:
        await trial.rollback()
        occurrence.reason = _words(problem)
        return occurrence
    await trial.commit()
    occurrence.publication_id = publication_id
    occurrence.state = OccurrenceState.DRAFTED
    if is_scheduled:
        own = await _goes_through_own_channels(context, publication_id, organization_id)
        occurrence.reason = await _let_go(acting, publication_id, local_time, zone) if own else ELSEWHERE
        occurrence.state = OccurrenceState.SCHEDULED if occurrence.reason is None else OccurrenceState.DRAFTED
    return occurrence


async def _goes_through_own_channels(context: Context, publication_id: UUID, organization_id: UUID) -> bool:
    """Of the organization and those below it: there all may publish who could have changed the template since."""
    ids = [channel.id for channel in (await contents_of(context, publication_id)).channels]
    own = select(Channel.id).where(
        col(Channel.id).in_(ids), DIRECTORY.under(context, Channel.organization_id, organization_id)
    )
    return len(await context.store.all(own)) == len(ids)


async def _let_go(
    context: Context, publication_id: UUID, local_time: datetime | None, zone: ZoneInfo
) -> dict[str, JsonValue] | None:
    """At its hour, or at once when that has come. Why it stays a draft: somebody's leave is asked, a channel is gone."""
    trial = await context.store.session.begin_nested()
    try:
        if local_time is None:
            await publish_now(context, publication_id, None)
        else:
            await schedule_publication(context, publication_id, Plan(local_time=local_time, timezone=zone.key), None)
        await context.store.flush()
    except Problem as problem:
        await trial.rollback()
        return _words(problem)
    await trial.commit()
    return None


def _words(problem: Problem) -> dict[str, JsonValue]:
    return {"code": problem.code, **problem.title}


def _acting(context: Context, plan: RecurringPlan) -> Context:
    """In the name of the organizations that the plan was let publish for when it was made or last changed."""
    grants = tuple(Grant(Role.INFORMATION_OFFICER, UUID(organization)) for organization in plan.acting_for)
    return replace(context, caller=replace(context.caller, grants=grants))
