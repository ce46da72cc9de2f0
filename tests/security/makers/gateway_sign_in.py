"""Requests to the sessions of the one who asks."""

from datetime import timedelta
from uuid import UUID

from services.gateway.sign_in.tables import Session
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.identity import system
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes


@makes("auth_sessions_delete")
async def a_session(branch: Branch) -> Attempt:
    """On another device of the same person."""
    async with unit_of_work(
        branch.services.runtime(ServiceName.GATEWAY), branch.tenant_id, system(branch.tenant_id)
    ) as context:
        today = context.now.date()
        session = Session(
            person_id=UUID(branch.chair),
            token_hash=bytes(32),
            device="Телефон",
            started_on=today,
            expires_on=today + timedelta(days=90),
        )
        context.store.add(session)
    return Attempt(["/auth/sessions?limit=200"], {"session_id": str(session.id)})
