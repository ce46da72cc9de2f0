"""Requests to the sessions and the contacts of the one who asks."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.tables import Contact
from services.gateway.sign_in.actions import Desk
from services.gateway.sign_in.actions.one_time_codes import fresh_code
from services.gateway.sign_in.tables import ContactCode, Session
from shared.clock import new_id
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


@makes("me_contact_code_create")
async def a_contact(branch: Branch) -> Attempt:
    """An address of the same person that nobody proved."""
    async with unit_of_work(
        branch.services.runtime(ServiceName.GATEWAY), branch.tenant_id, system(branch.tenant_id)
    ) as context:
        address = f"{new_id()}@example.org"
        contact = Contact(person_id=UUID(branch.chair), kind=ContactKind.EMAIL, value=address)
        context.store.add(contact)
    return Attempt(["/me"], {"contact_id": str(contact.id)})


@makes("me_contact_verify")
async def a_contact_with_its_code(branch: Branch) -> Attempt:
    attempt = await a_contact(branch)
    contact_id = UUID(attempt.path["contact_id"])
    desk: Desk = branch.services.apps[ServiceName.GATEWAY].state.desk
    async with unit_of_work(desk.runtime, branch.tenant_id, system(branch.tenant_id)) as context:
        code = fresh_code(context, desk, contact_id, "314159")
        context.store.add(ContactCode(person_id=UUID(branch.chair), contact_id=contact_id, **code))
    return replace(attempt, body={"code": "314159"})
