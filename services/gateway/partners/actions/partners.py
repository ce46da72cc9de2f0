"""Partners themselves."""

from uuid import UUID

from sqlmodel import select

from services.gateway.organizations.actions import REACH
from services.gateway.partners.schemas import NewPartner, PartnerChange, PartnerQuery
from services.gateway.partners.tables import Partner
from shared.app import check_match, paginate
from shared.context import Context
from shared.permissions import Permission

_MAY_BE_ABSENT = frozenset({"contact", "requests_per_minute"})


async def create_partner(context: Context, body: NewPartner) -> Partner:
    """Raises NotFound, Forbidden."""
    await REACH.check(context, body.organization_id, Permission.MANAGE_PARTNERS)
    return await context.store.insert(Partner(**body.model_dump()))


async def read_partner(context: Context, partner_id: UUID) -> Partner:
    """Raises NotFound, Forbidden."""
    return await REACH.get(context, Partner, partner_id, Permission.MANAGE_PARTNERS)


async def change_partner(context: Context, partner_id: UUID, body: PartnerChange, if_match: str | None) -> Partner:
    """Raises NotFound, Forbidden, Stale."""
    await read_partner(context, partner_id)
    partner = await context.store.lock(Partner, partner_id)
    check_match(if_match, partner.version)
    for name in body.model_fields_set:
        value = getattr(body, name)
        if value is not None or name in _MAY_BE_ABSENT:
            setattr(partner, name, value)
    partner.version += 1
    return partner


async def list_partners(context: Context, query: PartnerQuery) -> tuple[list[Partner], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(Partner).where(REACH.allowed(context, Partner.organization_id, Permission.MANAGE_PARTNERS))
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.MANAGE_PARTNERS)
        statement = statement.where(REACH.under(context, Partner.organization_id, query.organization_id))
    return await paginate(context, statement, Partner.id, query)
