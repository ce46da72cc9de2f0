"""Enter enterprises, find them, change them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.enterprises.actions.accounts import keep_accounts
from services.publisher.enterprises.rules.relationship import AuthorType, SaidByPartner
from services.publisher.enterprises.schemas import (
    AccountBody,
    EnterpriseChange,
    EnterpriseFilter,
    EnterpriseView,
    Head,
    NewEnterprise,
    PressContact,
)
from services.publisher.enterprises.tables import AuthorAccount, Enterprise, EnterpriseOrganization
from shared.app import check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.permissions import Permission
from shared.words import range_of, words_of


async def create_enterprise(context: Context, body: NewEnterprise) -> Enterprise:
    """Raises NotFound, Forbidden, SaidByPartner, AccountTaken."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    enterprise = Enterprise(
        organization_id=body.organization_id,
        name=body.name,
        name_key=name_key(body.name),
        founded_on=body.founded_on,
        created_at=context.now,
    )
    _lead_by(enterprise, body.head)
    _speak_by(enterprise, body.press_contact)
    await context.store.insert(enterprise)
    if body.accounts:
        await _keep_accounts(context, enterprise, body.accounts)
    await _keep_organizations(context, enterprise, body.organization_ids)
    return enterprise


async def enterprise_for(context: Context, enterprise_id: UUID, permission: Permission) -> Enterprise:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Enterprise, enterprise_id, permission)


async def list_enterprises(context: Context, page: EnterpriseFilter) -> tuple[list[Enterprise], str | None]:
    """Newest first. Raises NotFound, Forbidden for an organization that is asked for."""
    query = select(Enterprise).where(
        DIRECTORY.reach_filter(context, Enterprise.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Enterprise.organization_id, page.organization_id))
    if page.at_organization_id is not None:
        await DIRECTORY.reachable(context, page.at_organization_id, Permission.SEE_PUBLICATIONS)
        there = select(EnterpriseOrganization.enterprise_id).where(
            col(EnterpriseOrganization.tenant_id) == context.tenant_id,
            col(EnterpriseOrganization.organization_id) == page.at_organization_id,
        )
        query = query.where(col(Enterprise.id).in_(there))
    if page.name is not None:
        first, below = range_of(name_key(page.name))
        query = query.where(col(Enterprise.name_key) >= first, col(Enterprise.name_key) < below)
    return await paginate(context, query, Enterprise.id, page)


async def change_enterprise(
    context: Context, enterprise_id: UUID, change: EnterpriseChange, if_match: str | None
) -> Enterprise:
    """Raises NotFound, Forbidden, SaidByPartner, Stale, AccountTaken."""
    await enterprise_for(context, enterprise_id, Permission.PUBLISH)
    enterprise = await context.store.lock(Enterprise, enterprise_id)
    check_match(if_match, enterprise.version)
    given = change.model_fields_set
    if change.name is not None:
        enterprise.name, enterprise.name_key = change.name, name_key(change.name)
    if "founded_on" in given:
        enterprise.founded_on = change.founded_on
    if "head" in given:
        _lead_by(enterprise, change.head)
    if "press_contact" in given:
        _speak_by(enterprise, change.press_contact)
    if change.closed is not None:
        enterprise.closed = change.closed
    enterprise.version += 1
    await context.store.flush()
    if change.accounts is not None:
        await _keep_accounts(context, enterprise, change.accounts)
    if change.organization_ids is not None:
        await _keep_organizations(context, enterprise, change.organization_ids)
    return enterprise


async def enterprise_views(context: Context, enterprises: Sequence[Enterprise]) -> list[EnterpriseView]:
    """Partners are shown nobody."""
    ids = [one.id for one in enterprises]
    accounts: defaultdict[UUID, list[AuthorAccount]] = defaultdict(list)
    for account in await context.store.all(
        select(AuthorAccount).where(col(AuthorAccount.owner_id).in_(ids)).order_by(col(AuthorAccount.id))
    ):
        accounts[account.owner_id].append(account)
    organizations: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for there in await context.store.all(
        select(EnterpriseOrganization)
        .where(col(EnterpriseOrganization.enterprise_id).in_(ids))
        .order_by(col(EnterpriseOrganization.id))
    ):
        organizations[there.enterprise_id].append(there.organization_id)
    return [
        EnterpriseView.of(one, accounts[one.id], organizations[one.id], names_people=context.caller.key is None)
        for one in enterprises
    ]


def name_key(name: str) -> str:
    """As names are compared: its words, folded, without quotes."""
    return " ".join(words_of(name))


def _lead_by(enterprise: Enterprise, head: Head | None) -> None:
    enterprise.head_name = "" if head is None else head.name
    enterprise.head_position = "" if head is None else head.position
    enterprise.head_email = None if head is None else head.email


def _speak_by(enterprise: Enterprise, contact: PressContact | None) -> None:
    enterprise.press_name = "" if contact is None else contact.name
    enterprise.press_email = None if contact is None else contact.email
    enterprise.press_phone = None if contact is None else contact.phone


async def _keep_accounts(context: Context, enterprise: Enterprise, accounts: Sequence[AccountBody]) -> None:
    """Raises SaidByPartner, AccountTaken."""
    if context.caller.key is not None:
        raise SaidByPartner
    await keep_accounts(context, enterprise.id, AuthorType.ENTERPRISE, accounts, enterprise_id=enterprise.id)


async def _keep_organizations(context: Context, enterprise: Enterprise, organization_ids: Sequence[UUID]) -> None:
    """Raises NotFound, Forbidden."""
    wanted = list(dict.fromkeys(organization_ids))
    for organization_id in wanted:
        await DIRECTORY.reachable(context, organization_id, Permission.SEE_PUBLICATIONS)
    await context.store.execute(
        delete(EnterpriseOrganization).where(
            col(EnterpriseOrganization.tenant_id) == context.tenant_id,
            col(EnterpriseOrganization.enterprise_id) == enterprise.id,
        )
    )
    if wanted:
        rows = [
            {"tenant_id": context.tenant_id, "id": new_id(), "enterprise_id": enterprise.id, "organization_id": each}
            for each in wanted
        ]
        await context.store.execute(insert(EnterpriseOrganization).values(rows))
