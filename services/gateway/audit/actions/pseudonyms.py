"""The tenant's key for pseudonyms: made with the first entry, encrypted at rest."""

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.gateway.audit.rules import pseudonym
from services.gateway.audit.tables import AuditKey
from shared.context import Context
from shared.db import table_of

_KEY_BYTES: Final = 32


async def pseudonym_of(context: Context, actor_id: UUID) -> str:
    """Under which name the audit knows a person or a key. Only who has the tenant's key can tell."""
    return pseudonym(await _tenant_key(context), context.tenant_id, actor_id)


async def _tenant_key(context: Context) -> bytes:
    known = await context.store.find(AuditKey, context.tenant_id)
    if known is None:
        sealed = context.runtime.cipher.encrypt(context.chance.token(_KEY_BYTES).hex())
        drawn = insert(table_of(AuditKey)).values(tenant_id=context.tenant_id, id=context.tenant_id, sealed_key=sealed)
        await context.store.execute(drawn.on_conflict_do_nothing())
        known = await context.store.get(AuditKey, context.tenant_id)
    return bytes.fromhex(context.runtime.cipher.decrypt(known.sealed_key))
