"""Incidents: written down, told in time, closed when all was told."""

from uuid import UUID

from sqlmodel import select

from services.gateway.consents.rules.incidents import (
    AlreadyTold,
    IncidentClosed,
    IncidentState,
    Notice,
    NotTold,
    check_noticed,
    check_told,
    next_reminder,
    reminders_due,
)
from services.gateway.consents.schemas.retention import IncidentChange, IncidentsQuery, NewIncident, Told
from services.gateway.consents.tables import Incident
from services.gateway.organizations.actions import REACH
from shared.app import check_match, paginate
from shared.context import Context
from shared.contracts.gateway import JobDue, NotificationRequested
from shared.jobs import Job, Progress, start_job
from shared.permissions import Permission

CLOCK = "incident_clock"


async def report_incident(context: Context, body: NewIncident) -> Incident:
    """Staff are reminded from now on. Raises NotFound, Forbidden, OutOfTime."""
    await REACH.check(context, body.organization_id, Permission.MANAGE_PERSONAL_DATA)
    check_noticed(body.noticed_at, context.now)
    incident = await context.store.insert(
        Incident(
            organization_id=body.organization_id,
            what_happened=body.what_happened,
            data_kinds=[kind.value for kind in body.data_kinds],
            people_count=body.people_count,
            measures=body.measures,
            noticed_at=body.noticed_at,
            created_by=context.caller.person_id,
            created_at=context.now,
        )
    )
    await start_job(context, CLOCK, lambda job_id: JobDue(job_id=job_id), memory={"incident_id": str(incident.id)})
    return incident


async def list_incidents(context: Context, query: IncidentsQuery) -> tuple[list[Incident], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(Incident).where(
        REACH.allowed(context, Incident.organization_id, Permission.MANAGE_PERSONAL_DATA)
    )
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.MANAGE_PERSONAL_DATA)
        statement = statement.where(REACH.under(context, Incident.organization_id, query.organization_id))
    if query.state is not None:
        statement = statement.where(Incident.state == query.state)
    return await paginate(context, statement, Incident.id, query)


async def read_incident(context: Context, incident_id: UUID) -> Incident:
    """Raises NotFound, Forbidden."""
    return await REACH.get(context, Incident, incident_id, Permission.MANAGE_PERSONAL_DATA)


async def change_incident(context: Context, incident_id: UUID, body: IncidentChange, if_match: str | None) -> Incident:
    """Raises NotFound, Forbidden, Stale, IncidentClosed."""
    incident = await _hold(context, incident_id, if_match)
    incident.what_happened = body.what_happened
    incident.data_kinds = [kind.value for kind in body.data_kinds]
    incident.people_count = body.people_count
    incident.measures = body.measures
    return incident


async def note_told(context: Context, incident_id: UUID, body: Told, if_match: str | None) -> Incident:
    """Raises NotFound, Forbidden, Stale, IncidentClosed, AlreadyTold, OutOfTime."""
    incident = await _hold(context, incident_id, if_match)
    field = "first_notice_told_at" if body.notice is Notice.FIRST_NOTICE else "report_told_at"
    if getattr(incident, field) is not None:
        raise AlreadyTold
    told_at = body.told_at or context.now
    check_told(told_at, incident.noticed_at, context.now)
    setattr(incident, field, told_at)
    return incident


async def close_incident(context: Context, incident_id: UUID, if_match: str | None) -> Incident:
    """Raises NotFound, Forbidden, Stale, IncidentClosed, NotTold."""
    incident = await _hold(context, incident_id, if_match)
    if any(clock.told_at is None for clock in incident.clocks):
        raise NotTold
    incident.state = IncidentState.CLOSED
    return incident


async def remind(context: Context, job: Job) -> Progress:
    """A job's chunk: say what is due, and come again when the next reminder is."""
    incident = await context.store.get(Incident, UUID(str(job.memory["incident_id"])))
    for reminder in reminders_due(incident.clocks, context.now):
        await context.emit(
            NotificationRequested(
                kind="incident_deadline",
                incident=f"incident:{incident.id}:{reminder.notice}:{reminder.number}",
                organization_id=incident.organization_id,
                permission=Permission.MANAGE_PERSONAL_DATA,
                title=dict(reminder.title),
                link=f"/v1/incidents/{incident.id}",
                urgent=True,
            )
        )
    following = next_reminder(incident.clocks, context.now)
    if following is None:
        return Progress(job.done + 1, job.memory, result={"url": f"/v1/incidents/{incident.id}"})
    await context.emit(JobDue(job_id=job.id), available_at=following)
    return Progress(job.done + 1, job.memory, waits=True)


async def _hold(context: Context, incident_id: UUID, if_match: str | None) -> Incident:
    await read_incident(context, incident_id)
    incident = await context.store.lock(Incident, incident_id)
    check_match(if_match, incident.version)
    if incident.state is IncidentState.CLOSED:
        raise IncidentClosed
    incident.version += 1
    return incident
