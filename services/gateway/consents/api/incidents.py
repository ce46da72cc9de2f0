"""Leaks of personal data, and the clocks that run from when they were noticed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.consents.actions.incidents import (
    change_incident,
    close_incident,
    list_incidents,
    note_told,
    read_incident,
    report_incident,
)
from services.gateway.consents.rules.incidents import AlreadyTold, IncidentClosed, NotTold, OutOfTime
from services.gateway.consents.schemas.retention import (
    IncidentChange,
    IncidentsQuery,
    IncidentView,
    NewIncident,
    Told,
)
from services.gateway.consents.tables import Incident
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["incidents"])
LookingAfter = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA)]


@router.post("/incidents", status_code=201, operation_id="incidents_create", responses=problems(NotFound, OutOfTime))
async def incidents_create(body: NewIncident, context: LookingAfter, response: Response) -> IncidentView:
    """Write down that personal data got where it must not. The 24 and 72 hours of 152-FZ run from `noticed_at`."""
    incident = await report_incident(context, body)
    created(response, f"/v1/incidents/{incident.id}")
    return _shown(context, response, incident)


@router.get("/incidents", operation_id="incidents_list", responses=problems(NotFound))
async def incidents_list(context: LookingAfter, query: Annotated[IncidentsQuery, Query()]) -> Page[IncidentView]:
    """Incidents of the organizations whose data the caller looks after, newest first."""
    rows, after = await list_incidents(context, query)
    return Page(items=[IncidentView.of(row, context.now) for row in rows], next=after)


@router.get("/incidents/{incident_id}", operation_id="incidents_read", responses=problems(NotFound))
async def incidents_read(incident_id: UUID, context: LookingAfter, response: Response) -> IncidentView:
    """One incident, with what is due and what is overdue."""
    return _shown(context, response, await read_incident(context, incident_id))


@router.put(
    "/incidents/{incident_id}", operation_id="incidents_update", responses=problems(NotFound, Stale, IncidentClosed)
)
async def incidents_update(
    incident_id: UUID, body: IncidentChange, context: LookingAfter, response: Response, if_match: IfMatch = None
) -> IncidentView:
    """What is known by now. When it was noticed cannot be changed."""
    return _shown(context, response, await change_incident(context, incident_id, body, if_match))


@router.post(
    "/incidents/{incident_id}/tell",
    operation_id="incidents_tell",
    responses=problems(NotFound, Stale, IncidentClosed, AlreadyTold, OutOfTime),
)
async def incidents_tell(
    incident_id: UUID, body: Told, context: LookingAfter, response: Response, if_match: IfMatch = None
) -> IncidentView:
    """Note that Roskomnadzor was told. Nothing is sent there by itself."""
    return _shown(context, response, await note_told(context, incident_id, body, if_match))


@router.post(
    "/incidents/{incident_id}/close",
    operation_id="incidents_close",
    responses=problems(NotFound, Stale, IncidentClosed, NotTold),
)
async def incidents_close(
    incident_id: UUID, context: LookingAfter, response: Response, if_match: IfMatch = None
) -> IncidentView:
    """Close an incident of which all was told."""
    return _shown(context, response, await close_incident(context, incident_id, if_match))


def _shown(context: Context, response: Response, incident: Incident) -> IncidentView:
    etag(response, incident.version)
    return IncidentView.of(incident, context.now)
