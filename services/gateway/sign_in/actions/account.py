"""A person's own account: who they are, their password, and the sign-in that staff gives them at first."""

from uuid import UUID

from sqlalchemy import insert, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.gateway.grants.actions import check_may_act_as, grants_in_force
from services.gateway.grants.schemas import GrantView
from services.gateway.organizations.schemas import OrganizationView
from services.gateway.organizations.tables import Organization
from services.gateway.people.actions import check_person, view_of
from services.gateway.people.tables import Membership, Person
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.sessions import end_session, open_session
from services.gateway.sign_in.rules import (
    NameTaken,
    SessionEnd,
    SignInExists,
    WrongPassword,
    check_password,
    normal_name,
)
from services.gateway.sign_in.schemas import Me, NewSignIn, PasswordChange, Tokens
from services.gateway.sign_in.tables import Credential, Session, sign_in_name
from shared.context import Context, unit_of_work
from shared.errors import NotFound, Unauthenticated
from shared.identity import Caller
from shared.permissions import Permission


async def read_me(context: Context) -> Me:
    """Raises Unauthenticated for somebody who was removed since."""
    person = await context.store.find(Person, _own_id(context.caller))
    if person is None:
        raise Unauthenticated
    grants = await context.store.all(grants_in_force(person.id, context.now))
    belongs = select(Membership.organization_id).where(Membership.person_id == person.id)
    query = select(Organization).where(
        or_(
            col(Organization.id).in_(belongs),
            col(Organization.id).in_([grant.organization_id for grant in grants]),
        )
    )
    organizations = await context.store.all(query.order_by(col(Organization.id)))
    return Me(
        tenant_id=context.tenant_id,
        person=await view_of(context, person),
        grants=[GrantView.of(grant) for grant in grants],
        organizations=[OrganizationView.of(organization) for organization in organizations],
    )


async def set_sign_in(context: Context, desk: Desk, person_id: UUID, body: NewSignIn) -> str:
    """Give somebody their first sign-in; the name as it is kept is returned.

    Raises NotFound, Forbidden, RoleExceedsYours, SignInExists, NameTaken, WeakPassword.
    """
    await check_person(context, person_id, Permission.MANAGE_PEOPLE)
    await check_may_act_as(context, person_id)
    return await add_sign_in(context, desk, person_id, body)


async def add_sign_in(context: Context, desk: Desk, person_id: UUID, body: NewSignIn) -> str:
    """The same without asking who may. Raises SignInExists, NameTaken, WeakPassword."""
    check_password(body.password, body.sign_in_name)
    if await context.store.first(select(Credential.id).where(Credential.person_id == person_id)) is not None:
        raise SignInExists
    name = normal_name(body.sign_in_name)
    hashed = await desk.passwords.hash(body.password)
    context.store.add(Credential(person_id=person_id, password_hash=hashed))
    entry = insert(sign_in_name).values(name=name, tenant_id=context.tenant_id, person_id=person_id)
    try:
        await context.store.flush()
    except IntegrityError as error:  # somebody else gave it at the same moment
        raise SignInExists from error
    try:
        await context.store.execute(entry)
    except IntegrityError as error:
        raise NameTaken from error
    return name


async def change_password(desk: Desk, caller: Caller, tenant_id: UUID, body: PasswordChange, address: str) -> Tokens:
    """End all sessions and open a new one. Raises WrongPassword, WeakPassword, TooManyTries, Unavailable."""
    person_id = _own_id(caller)
    async with unit_of_work(desk.runtime, tenant_id, caller) as context:
        name, known = await _own_credential(context, person_id)
    await desk.limits.count(name, address)
    if not await desk.passwords.matches(body.current_password, known):
        raise WrongPassword
    await desk.limits.forgive(name)
    check_password(body.new_password, name)
    hashed = await desk.passwords.hash(body.new_password)
    async with unit_of_work(desk.runtime, tenant_id, caller) as context:
        credential = await _locked_credential(context, person_id)
        if credential.password_hash != known:  # changed elsewhere in the meantime
            raise WrongPassword
        credential.password_hash = hashed
        for session in await context.store.all(
            select(Session).where(Session.person_id == person_id, col(Session.ended_on).is_(None))
        ):
            end_session(context, session, SessionEnd.PASSWORD_CHANGED)
        return open_session(context, desk, person_id)


async def _own_credential(context: Context, person_id: UUID) -> tuple[str, str | None]:
    query = select(sign_in_name.c.name).where(
        sign_in_name.c.tenant_id == context.tenant_id, sign_in_name.c.person_id == person_id
    )
    name: str | None = await context.store.first(query)
    known = await context.store.first(select(Credential.password_hash).where(Credential.person_id == person_id))
    return name or str(person_id), known


async def _locked_credential(context: Context, person_id: UUID) -> Credential:
    query = select(Credential).where(Credential.person_id == person_id).with_for_update()
    credential = await context.store.first(query)
    if credential is None:
        raise NotFound
    return credential


def _own_id(caller: Caller) -> UUID:
    if caller.person_id is None:
        raise Unauthenticated
    return caller.person_id
