"""Keys at the edge: whose a presented key is, and what it may do now.

As with a person's token, the database is asked again after five seconds: a key that is revoked, or whose creator lost
the rights or is nobody any more (merged away, erased), works no longer than that.
"""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import and_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.types import Scope, Send

from services.gateway.base import metadata
from services.gateway.grants.actions import in_force
from services.gateway.grants.tables import RoleGrant
from services.gateway.organizations.tables import OrganizationReach
from services.gateway.partners.actions.quotas import Quotas
from services.gateway.partners.rules import KeyOver, KeyText, parse_key, scopes_in_force
from services.gateway.partners.tables import Partner, PartnerKey
from services.gateway.people.tables import Person
from services.gateway.runtime import GatewayRuntime
from shared.db import table_of
from shared.errors import Unavailable
from shared.identity import ApiKey, Caller, CallerKind
from shared.standing import TenantState, check_state

_log = structlog.get_logger()
FRESH_SECONDS: Final = 5.0
_KEPT: Final = 4096
_RETRY_SECONDS: Final = 2
_STANDING: Final = metadata.tables["gateway.tenant_standing"]


@dataclass(frozen=True)
class Standing:
    """What is known of a key that is good."""

    caller: Caller
    key: ApiKey
    per_minute: int


_Known = tuple[float, asyncio.Future[Standing | None]]


class KeyRing:
    def __init__(self, runtime: GatewayRuntime) -> None:
        self._runtime = runtime
        self._quotas = Quotas(runtime.settings.redis_url)
        self._known: OrderedDict[bytes, _Known] = OrderedDict()  # by the key's hash
        self._per_minute: OrderedDict[UUID, int] = OrderedDict()

    async def close(self) -> None:
        await self._quotas.close()

    async def caller(self, token: bytes) -> Caller:
        """Raises KeyOver, whatever is wrong with it; TenantSuspended; Unavailable without the database."""
        text = parse_key(token.decode("latin-1"))
        standing = None if text is None else await self._standing_of(text)
        if standing is None:
            raise KeyOver
        self._per_minute[standing.key.id] = standing.per_minute
        if len(self._per_minute) > _KEPT:
            self._per_minute.popitem(last=False)
        return standing.caller

    async def metered(self, key: ApiKey, scope: Scope, send: Send) -> Send:
        """The way of the answer, once the request is counted. Raises QuotaUsedUp, Unavailable."""
        limit = self._per_minute.get(key.id, self._runtime.own.key_requests_per_minute)
        return await self._quotas.metered(key.id, limit, scope, send)

    async def _standing_of(self, text: KeyText) -> Standing | None:
        """One question to the database at a time for each key, however many requests come at once."""
        now = self._runtime.clock.now().timestamp()
        name = hashlib.sha256(str(text).encode()).digest()
        known = self._known.get(name)
        if known is None or now - known[0] >= FRESH_SECONDS or _failed(known[1]):
            known = (now, asyncio.ensure_future(self._ask(text)))
            self._known[name] = known
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return await asyncio.shield(known[1])

    async def _ask(self, text: KeyText) -> Standing | None:
        try:
            return await _load(self._runtime, text)
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            _log.warning("keys.database", error=type(error).__name__)
            raise Unavailable(retry_after=_RETRY_SECONDS) from error


async def _load(runtime: GatewayRuntime, text: KeyText) -> Standing | None:
    """The key with what its creator still holds at its organization; None when it is over or was never one.

    Raises TenantSuspended.
    """
    key, partner, creator = table_of(PartnerKey), table_of(Partner), table_of(Person)
    grant, reach = table_of(RoleGrant), table_of(OrganizationReach)
    now = runtime.clock.now()
    held = (
        select(grant.c.person_id, grant.c.role, reach.c.organization_id)
        .join(reach, and_(reach.c.tenant_id == grant.c.tenant_id, reach.c.ancestor_id == grant.c.organization_id))
        .where(grant.c.tenant_id == text.tenant_id, in_force(now))
        .subquery()
    )
    query = (
        select(key, partner.c.requests_per_minute, held.c.role, _STANDING.c.state)
        .join(partner, and_(partner.c.tenant_id == key.c.tenant_id, partner.c.id == key.c.partner_id))
        .join(creator, and_(creator.c.tenant_id == key.c.tenant_id, creator.c.id == key.c.created_by))
        .outerjoin(_STANDING, _STANDING.c.tenant_id == key.c.tenant_id)
        .outerjoin(held, and_(held.c.person_id == key.c.created_by, held.c.organization_id == key.c.organization_id))
        .where(
            key.c.tenant_id == text.tenant_id,
            key.c.id == text.key_id,
            key.c.test.is_(text.test),
            key.c.revoked_at.is_(None),
            key.c.expires_at > now,
            creator.c.merged_into_id.is_(None),
            creator.c.erased_at.is_(None),
        )
    )
    async with runtime.database.transaction(text.tenant_id) as transaction:
        rows = (await transaction.execute(query)).all()
        if not rows or not hmac.compare_digest(bytes(rows[0].secret_hash), text.hashed):
            return None
        check_state(TenantState(rows[0].state or TenantState.ACTIVE))
        if rows[0].last_used_on != now.date():
            mine = (key.c.tenant_id == text.tenant_id, key.c.id == text.key_id)
            await transaction.execute(update(key).where(*mine).values(last_used_on=now.date()))
    row = rows[0]
    scopes = scopes_in_force(row.scopes, [each.role for each in rows if each.role is not None])
    found = ApiKey(row.id, row.partner_id, row.organization_id, scopes, row.test)
    caller = Caller(CallerKind.PARTNER, text.tenant_id, key=found)
    return Standing(caller, found, row.requests_per_minute or runtime.own.key_requests_per_minute)


def _failed(standing: asyncio.Future[Standing | None]) -> bool:
    return standing.done() and (standing.cancelled() or standing.exception() is not None)
