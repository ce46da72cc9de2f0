"""A person's own account: who they are, and the sign-in that staff gives them at first."""

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
from services.gateway.sign_in.rules.names import check_password, normal_name
from services.gateway.sign_in.rules.problems import NameTaken, SignInExists
from services.gateway.sign_in.schemas import Me, NewSignIn
from services.gateway.sign_in.tables import Credential, sign_in_name
from shared.context import Context
from shared.errors import Unauthenticated
from shared.permissions import Permission


async def read_me(context: Context) -> Me:
    """Raises Unauthenticated for somebody who was removed since."""
    person = await context.store.find(Person, context.caller.own_id)
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
