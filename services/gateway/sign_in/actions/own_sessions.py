"""The sessions of a person, as they see and end them themselves."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.sign_in.actions.sessions import end_session
from services.gateway.sign_in.rules.sessions import SessionEnd
from services.gateway.sign_in.schemas import SessionView
from services.gateway.sign_in.tables import Session
from shared.app import PageQuery, paginate
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound


async def list_sessions(context: Context, page: PageQuery) -> tuple[list[SessionView], str | None]:
    """Those that go on, in no order that tells of time: a session knows the day alone."""
    query = select(Session).where(
        Session.person_id == context.caller.person_id,
        col(Session.ended_on).is_(None),
        col(Session.expires_on) >= context.now.date(),
    )
    rows, after = await paginate(context, query, Session.id, page)
    return [_view(context, session) for session in rows], after


async def revoke_session(context: Context, session_id: UUID) -> None:
    """Raises NotFound for what is over or somebody else's."""
    session = await context.store.lock(Session, session_id)
    if session.person_id != context.caller.person_id or session.ended_on is not None:
        raise NotFound
    end_session(context, session, SessionEnd.REVOKED)


async def revoke_other_sessions(context: Context) -> None:
    """All but the one that asks."""
    session = table_of(Session)
    await context.store.execute(
        update(session)
        .where(
            session.c.tenant_id == context.tenant_id,
            session.c.person_id == context.caller.person_id,
            session.c.id != context.caller.session_id,
            session.c.ended_on.is_(None),
        )
        .values(ended_on=context.now.date(), ending=SessionEnd.REVOKED)
    )


def _view(context: Context, session: Session) -> SessionView:
    return SessionView(
        id=session.id,
        device=session.device,
        started_on=session.started_on,
        expires_on=session.expires_on,
        current=session.id == context.caller.session_id,
    )
