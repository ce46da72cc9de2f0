"""A new union: its root organization and its first administrator. Called by the operator's tools and routes."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.gateway.calendars.actions import found_calendar
from services.gateway.grants.actions import add_grant
from services.gateway.organizations.actions import found_root
from services.gateway.organizations.rules import DEFAULT_TIMEZONE, OrganizationKind
from services.gateway.people.actions import add_person
from services.gateway.people.rules import PersonStatus
from services.gateway.people.schemas import NewPerson
from services.gateway.sign_in.actions.account import add_sign_in
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.schemas import NewSignIn
from shared.clock import new_id
from shared.context import Context, unit_of_work
from shared.identity import system
from shared.permissions import Role

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = 24


@dataclass(frozen=True)
class NewTenant:
    name: str
    kind: OrganizationKind
    family_name: str  # of the first administrator
    given_name: str
    sign_in_name: str
    password: str
    additional_name: str | None = None
    timezone: str = DEFAULT_TIMEZONE


@dataclass(frozen=True)
class FoundedTenant:
    tenant_id: UUID  # and the root organization's id
    administrator_id: UUID


def first_password(desk: Desk) -> str:
    """For somebody who gets it from the platform's administrator: 120 bits in letters that are not misread."""
    return "".join(_LETTERS[desk.runtime.chance.below(len(_LETTERS))] for _ in range(_LENGTH))


async def create_tenant(desk: Desk, new: NewTenant, tenant_id: UUID | None = None) -> FoundedTenant:
    """All of it or nothing, in a transaction of its own. Raises as `found_tenant`."""
    tenant_id = tenant_id or new_id()
    async with unit_of_work(desk.runtime, tenant_id, system(tenant_id)) as context:
        return await found_tenant(context, desk, new)


async def found_tenant(
    context: Context, desk: Desk, new: NewTenant, founding_key: bytes | None = None
) -> FoundedTenant:
    """The context's tenant, which was not there. Raises WeakPassword, UnknownTimezone, NameTaken, IdempotencyInProgress."""
    root = await found_root(context, new.name, new.kind, new.timezone, founding_key)
    await found_calendar(context, root)
    person = await add_person(
        context,
        NewPerson(
            family_name=new.family_name,
            given_name=new.given_name,
            additional_name=new.additional_name,
            status=PersonStatus.MEMBER,
            organization_ids=[root.id],
        ),
    )
    await add_grant(context, person.id, Role.ADMINISTRATOR, root.id)
    await add_sign_in(context, desk, person.id, NewSignIn(sign_in_name=new.sign_in_name, password=new.password))
    return FoundedTenant(context.tenant_id, person.id)
