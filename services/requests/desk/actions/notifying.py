"""What the gateway is asked to tell: staff of a request that is theirs or waits too long, a requester without a chat."""

from sqlmodel import select

from services.requests.desk.rules.first_answer import due_at, is_unanswered, remind_at
from services.requests.desk.rules.messages import Direction
from services.requests.desk.rules.notices import assigned_title, deadline_title, resolved_title
from services.requests.desk.tables import HelpRequest, RequestMessage
from services.requests.directory.actions import is_erased, working_hours_of
from shared.app import public_id
from shared.context import Context
from shared.contracts.gateway import NotificationRequested
from shared.contracts.requests import FirstAnswerDue
from shared.permissions import Permission


async def plan_reminder(context: Context, request: HelpRequest) -> None:
    """For when the first answer is nearly due by the working hours of the request's organization, if they are known."""
    hours = await working_hours_of(context, request.organization_id)
    moment = None if hours is None else remind_at(request.created_at, hours.calendar, hours.zone)
    if moment is not None:
        await context.emit(FirstAnswerDue(request_id=request.id), available_at=moment)


async def remind_of_first_answer(context: Context, due: FirstAnswerDue) -> None:
    """Whoever has the request; as long as nobody has it, or they are gone, those who assign requests. Raises NotFound."""
    request = await context.store.get(HelpRequest, due.request_id)
    answer = select(RequestMessage.id).where(
        RequestMessage.tenant_id == context.tenant_id,
        RequestMessage.request_id == request.id,
        RequestMessage.direction == Direction.OUTBOUND,
    )
    was_answered = await context.store.first(answer) is not None
    if not is_unanswered(request.state, was_answered=was_answered):
        return
    assignee_id = request.assignee_id
    if assignee_id is not None and await is_erased(context, assignee_id):
        assignee_id = None
    hours = await working_hours_of(context, request.organization_id)
    moment = None if hours is None else due_at(request.created_at, hours.calendar, hours.zone)
    await context.emit(
        NotificationRequested(
            kind="request_deadline",
            incident=f"request:{request.id}:first_answer",
            organization_id=request.organization_id,
            permission=Permission.ASSIGN_REQUESTS if assignee_id is None else None,
            person_ids=() if assignee_id is None else (assignee_id,),
            title=dict(deadline_title(request.number, moment)),
            link=_link(context, request),
        )
    )


async def notify_assignee(context: Context, request: HelpRequest) -> None:
    """Once for each time that the request is given to somebody."""
    if request.assignee_id is None:
        return
    await context.emit(
        NotificationRequested(
            kind="request_assigned",
            incident=f"request:{request.id}:assigned:{request.version}",
            organization_id=request.organization_id,
            person_ids=(request.assignee_id,),
            title=dict(assigned_title(request.number)),
            link=_link(context, request),
        )
    )


async def notify_requester(context: Context, request: HelpRequest) -> None:
    """That their request was resolved, when they are known; requests have no page of their requester's yet to link to."""
    if request.requester_person_id is None:
        return
    await context.emit(
        NotificationRequested(
            kind="request_resolved",
            incident=f"request:{request.id}:resolved:{request.resolutions}",
            organization_id=request.organization_id,
            person_ids=(request.requester_person_id,),
            title=dict(resolved_title(request.number)),
        )
    )


def _link(context: Context, request: HelpRequest) -> str:
    return f"/v1/requests/{public_id(context.tenant_id, request.id)}"
