"""Whom a sign-in name may mean, and which of those the caller proves to be."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from services.gateway.organizations.tables import Organization
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.tables import Contact
from services.gateway.sign_in.rules.problems import ChooseTenant, WrongSignIn
from services.gateway.sign_in.tables import sign_in_name
from shared.context import Context, unit_of_work
from shared.db.tables import NO_TENANT
from shared.errors import FieldError
from shared.identity import NOBODY
from shared.mail import mail_address
from shared.runtime import Runtime

MOST_TENANTS: Final = 10  # of one person, tried without naming one


@dataclass(frozen=True)
class Account:
    tenant_id: UUID
    person_id: UUID


NO_ACCOUNT: Final = Account(NO_TENANT, NO_TENANT)
"""Looked up like any other where a name is nobody's: the way is the same, and it leads to nothing."""


async def accounts_named(runtime: Runtime, name: str, tenant_id: UUID | None) -> list[Account]:
    """Whom a name may mean. The one query of signing in that comes before the tenant is known."""
    query = select_columns(sign_in_name.c.tenant_id, sign_in_name.c.person_id).where(sign_in_name.c.name == name)
    if tenant_id is not None:
        query = query.where(sign_in_name.c.tenant_id == tenant_id)
    query = query.order_by(sign_in_name.c.tenant_id).limit(MOST_TENANTS)
    async with runtime.database.before_tenant() as connection:
        return [Account(row.tenant_id, row.person_id) for row in await connection.execute(query)]


async def the_one(runtime: Runtime, proven: list[Account]) -> Account:
    """Of the accounts that somebody proved to be theirs. Raises WrongSignIn for none, ChooseTenant for several."""
    if not proven:
        raise WrongSignIn
    if len(proven) > 1:
        raise ChooseTenant(errors=tuple([await _choice(runtime, account) for account in proven]))
    return proven[0]


async def name_of(context: Context, person_id: UUID) -> str | None:
    """The sign-in name of a person of this tenant."""
    return await context.store.first(
        select_columns(sign_in_name.c.name).where(
            sign_in_name.c.tenant_id == context.tenant_id, sign_in_name.c.person_id == person_id
        )
    )


async def mail_address_of(context: Context, person_id: UUID) -> str | None:
    """Where a person reads mail: the address that they proved last; else the name that they sign in with, if it is one.

    The proof comes first, because staff may have mistyped the name.
    """
    query = select(Contact.value).where(
        Contact.person_id == person_id, Contact.kind == ContactKind.EMAIL, col(Contact.verified_at).is_not(None)
    )
    proven = await context.store.first(query.order_by(col(Contact.verified_at).desc(), col(Contact.id)))
    if proven is not None:
        return proven
    name = await name_of(context, person_id)
    return name if name is not None and mail_address(name) is not None else None


async def _choice(runtime: Runtime, account: Account) -> FieldError:
    async with unit_of_work(runtime, account.tenant_id, NOBODY) as context:
        root = await context.store.get(Organization, account.tenant_id)
    return FieldError("/tenant_id", str(account.tenant_id), {"ru": root.name, "en": root.name})
