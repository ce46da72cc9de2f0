"""The sessions of a person, as they see and end them themselves; and forgetting what is long over."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from services.gateway.sign_in.actions.sessions import end_session
from services.gateway.sign_in.rules.sessions import REMEMBERED_DAYS, SessionEnd
from services.gateway.sign_in.schemas import SessionView
from services.gateway.sign_in.tables import Credential, Session, SignInCode, UsedProof, VkAuthorization, sign_in_name
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


async def forget_old_sessions(context: Context) -> int:
    """Sessions that are long over; codes, ways through VK ID and proofs that are too old. Returns how many went."""
    before = context.now.date() - timedelta(days=REMEMBERED_DAYS)
    session = table_of(Session)
    gone = await context.store.changed(
        delete(session).where(
            session.c.tenant_id == context.tenant_id, or_(session.c.ended_on < before, session.c.expires_on < before)
        )
    )
    for table in (table_of(SignInCode), table_of(VkAuthorization), table_of(UsedProof)):
        old = delete(table).where(table.c.tenant_id == context.tenant_id, table.c.expires_at < context.now)
        gone += await context.store.changed(old)
    return gone


async def forget_sign_in(context: Context, person_id: UUID) -> int:
    """Everything that a person signs in with, and where they did: for an erasure. Returns how many rows went."""
    gone = 0
    for table in (table_of(Session), table_of(SignInCode), table_of(Credential), sign_in_name):
        own = delete(table).where(table.c.tenant_id == context.tenant_id, table.c.person_id == person_id)
        gone += await context.store.changed(own)
    return gone


def _view(context: Context, session: Session) -> SessionView:
    return SessionView(
        id=session.id,
        device=session.device,
        started_on=session.started_on,
        expires_on=session.expires_on,
        current=session.id == context.caller.session_id,
    )
