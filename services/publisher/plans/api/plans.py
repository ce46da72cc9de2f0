"""Plans that recur: a publication is made of a template, again and again."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.plans.actions.plans import (
    change_plan,
    create_plan,
    delete_plan,
    list_occurrences,
    list_plans,
    plan_for,
    skip_day,
)
from services.publisher.plans.rules.recurrence import BadPlan, NotAnOccurrence
from services.publisher.plans.schemas.plans import (
    NewRecurringPlan,
    PlanFilter,
    PlanOccurrenceView,
    RecurringPlanChange,
    RecurringPlanView,
    Skip,
)
from services.publisher.plans.tables import RecurringPlan
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["plans"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


@router.post("/plans", status_code=201, operation_id="plans_create", responses=problems(NotFound, TestKey, BadPlan))
async def plans_create(body: NewRecurringPlan, context: Publishing, response: Response) -> RecurringPlanView:
    """Have a publication made of a template every so many weeks, or every month, so many days before it goes out.

    It stays a draft, or goes out by itself if the plan says so; where its organization publishes by the leave of
    levels, it waits for that leave all the same. What goes to a channel of another branch stays a draft.
    """
    plan = await create_plan(context, body)
    created(response, f"/v1/plans/{plan.id}")
    return _answer(response, plan)


@router.get("/plans", operation_id="plans_list", responses=problems(NotFound))
async def plans_list(context: Seeing, page: Annotated[PlanFilter, Query()]) -> Page[RecurringPlanView]:
    """Plans of all organizations whose publications the caller may see, newest first."""
    plans, following = await list_plans(context, page)
    return Page(items=[RecurringPlanView.of(plan) for plan in plans], next=following)


@router.get("/plans/{plan_id}", operation_id="plans_read")
async def plans_read(plan_id: UUID, context: Seeing, response: Response) -> RecurringPlanView:
    """One plan, and the day that comes next."""
    return _answer(response, await plan_for(context, plan_id))


@router.patch("/plans/{plan_id}", operation_id="plans_update", responses=problems(NotFound, Stale, TestKey, BadPlan))
async def plans_update(
    plan_id: UUID, body: RecurringPlanChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> RecurringPlanView:
    """Change a plan: its hour, its end, whether it goes out by itself; or pause it. What was made already stays as it is."""
    return _answer(response, await change_plan(context, plan_id, body, if_match))


@router.post("/plans/{plan_id}/skip", operation_id="plans_skip", responses=problems(NotFound, Stale, NotAnOccurrence))
async def plans_skip(
    plan_id: UUID, body: Skip, context: Publishing, response: Response, if_match: IfMatch = None
) -> RecurringPlanView:
    """Have nothing made for one of a plan's days to come."""
    return _answer(response, await skip_day(context, plan_id, body.on_day, if_match))


@router.delete("/plans/{plan_id}", status_code=204, operation_id="plans_delete", responses=problems(NotFound, Stale))
async def plans_delete(plan_id: UUID, context: Publishing, if_match: IfMatch = None) -> None:
    """Delete a plan: nothing is made of it any more. Publications that it made stay."""
    await delete_plan(context, plan_id, if_match)


@router.get("/plans/{plan_id}/occurrences", operation_id="plan_occurrences_list")
async def plan_occurrences_list(plan_id: UUID, context: Seeing, page: Paging) -> Page[PlanOccurrenceView]:
    """What came of each of a plan's days: a publication, or why there is none; the last first."""
    occurrences, following = await list_occurrences(context, await plan_for(context, plan_id), page)
    return Page(items=[PlanOccurrenceView.of(each) for each in occurrences], next=following)


def _answer(response: Response, plan: RecurringPlan) -> RecurringPlanView:
    etag(response, plan.version)
    return RecurringPlanView.of(plan)
