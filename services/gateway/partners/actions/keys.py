"""A partner's keys. Nobody makes a key that may do more than they may themselves, at that place."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH, check_open
from services.gateway.partners.actions.partners import read_partner
from services.gateway.partners.rules import MOST_KEYS, SECRET_BYTES, KeyText, TooManyKeys, check_life, check_scopes
from services.gateway.partners.schemas import NewKey
from services.gateway.partners.tables import Partner, PartnerKey
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


async def make_key(context: Context, partner_id: UUID, body: NewKey) -> tuple[PartnerKey, str]:
    """The key's row and its text, which is kept nowhere.

    Raises NotFound, Forbidden, OrganizationClosed, ScopeNotForPartners, ScopeExceedsYours, KeyLifeInvalid, TooManyKeys.
    """
    await read_partner(context, partner_id)
    await REACH.check(context, body.organization_id, Permission.MANAGE_PARTNERS)
    await check_open(context, [body.organization_id])
    check_scopes(body.scopes, await _held_at(context, body.organization_id))
    check_life(body.expires_at, context.now)
    creator_id = context.caller.person_id
    if creator_id is None:
        raise Forbidden
    await context.store.lock(Partner, partner_id)
    await _check_room(context, partner_id)
    text = KeyText(context.tenant_id, new_id(), context.chance.token(SECRET_BYTES), body.test)
    key = PartnerKey(
        id=text.key_id,
        partner_id=partner_id,
        organization_id=body.organization_id,
        label=body.label,
        test=body.test,
        shown=text.prefix,
        secret_hash=text.hashed,
        scopes=sorted({scope.value for scope in body.scopes}),
        created_by=creator_id,
        created_at=context.now,
        expires_at=body.expires_at,
    )
    return await context.store.insert(key), str(text)


async def list_keys(context: Context, partner_id: UUID, page: PageQuery) -> tuple[list[PartnerKey], str | None]:
    """Newest first, those that are over too. Raises NotFound, Forbidden."""
    await read_partner(context, partner_id)
    return await paginate(context, select(PartnerKey).where(PartnerKey.partner_id == partner_id), PartnerKey.id, page)


async def read_key(context: Context, partner_id: UUID, key_id: UUID) -> PartnerKey:
    """Raises NotFound, Forbidden."""
    await read_partner(context, partner_id)
    key = await context.store.find(PartnerKey, key_id)
    if key is None or key.partner_id != partner_id:
        raise NotFound
    return key


async def revoke_key(context: Context, partner_id: UUID, key_id: UUID) -> PartnerKey:
    """It stops working within seconds. A second time changes nothing. Raises NotFound, Forbidden."""
    await read_key(context, partner_id, key_id)
    key = await context.store.lock(PartnerKey, key_id)
    key.revoked_at = key.revoked_at or context.now
    return key


async def _held_at(context: Context, organization_id: UUID) -> list[Permission]:
    """What the caller may do at that organization."""
    above = await REACH.ancestors_among(context, organization_id, context.caller.organizations)
    return [one for one in Permission if above & context.caller.organizations_with(one)]


async def _check_room(context: Context, partner_id: UUID) -> None:
    good = select(func.count()).where(
        PartnerKey.partner_id == partner_id,
        col(PartnerKey.revoked_at).is_(None),
        col(PartnerKey.expires_at) > context.now,
    )
    if (await context.store.first(good) or 0) >= MOST_KEYS:
        raise TooManyKeys
