"""What the owner of an access token may do right now: asked of the database, not of the token."""

from typing import Final

from sqlalchemy import and_, select

from services.gateway.base import metadata
from services.gateway.grants.actions import in_force
from services.gateway.grants.tables import RoleGrant
from services.gateway.organizations.tables import CallerPosition
from services.gateway.people.tables import Person
from services.gateway.sign_in.actions.access_tokens import AccessClaims
from services.gateway.sign_in.tables import Session
from shared.db import table_of
from shared.identity import Caller, CallerKind, Grant
from shared.runtime import Runtime
from shared.standing import TenantState, check_state

_STANDING: Final = metadata.tables["gateway.tenant_standing"]


async def load_caller(runtime: Runtime, claims: AccessClaims) -> Caller | None:
    """The caller with the grants in force and the position of their last write; None when the session is over.

    Raises TenantSuspended.
    """
    session, position, grant, person = map(table_of, (Session, CallerPosition, RoleGrant, Person))
    now = runtime.clock.now()
    query = (
        select(position.c.position, grant.c.role, grant.c.organization_id, _STANDING.c.state)
        .select_from(session)
        .join(person, and_(person.c.tenant_id == session.c.tenant_id, person.c.id == session.c.person_id))
        .outerjoin(_STANDING, _STANDING.c.tenant_id == session.c.tenant_id)
        .outerjoin(position, and_(position.c.tenant_id == session.c.tenant_id, position.c.id == session.c.person_id))
        .outerjoin(
            grant,
            and_(grant.c.tenant_id == session.c.tenant_id, grant.c.person_id == session.c.person_id, in_force(now)),
        )
        .where(
            session.c.tenant_id == claims.tenant_id,
            session.c.id == claims.session_id,
            session.c.person_id == claims.person_id,
            session.c.ended_on.is_(None),
            session.c.expires_on >= now.date(),
            person.c.merged_into_id.is_(None),
            person.c.erased_at.is_(None),
        )
        .order_by(grant.c.id)
    )
    async with runtime.database.transaction(claims.tenant_id) as transaction:
        rows = (await transaction.execute(query)).all()
    if not rows:
        return None
    check_state(TenantState(rows[0].state or TenantState.ACTIVE))
    return Caller(
        CallerKind.PERSON,
        claims.tenant_id,
        claims.person_id,
        tuple(Grant(row.role, row.organization_id) for row in rows if row.role is not None),
        rows[0].position or 0,
        session_id=claims.session_id,
    )
