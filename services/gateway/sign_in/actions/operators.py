"""Keys of the platform's administrator: `vmo_<id>_<secret>`, kept as a hash, good until revoked.

The command line makes and revokes them; no route does. Whoever holds one may make, suspend and delete tenants and sees
nothing that is in them. A key is asked of the database with each request: operators' requests are few.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select, update

from services.gateway.sign_in.tables import operator_key
from shared.clock import new_id
from shared.errors import NotFound
from shared.identity import Caller, CallerKind
from shared.runtime import Runtime

PREFIX: Final = b"vmo_"
_SECRET_BYTES: Final = 32
_TEXT: Final = re.compile(rb"vmo_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class OperatorKey:
    id: UUID
    label: str  # whose it is, in the operator's own words
    created_at: datetime
    revoked_at: datetime | None


async def create_operator_key(runtime: Runtime, label: str) -> tuple[OperatorKey, str]:
    """The key and its text, which is shown now and never again."""
    secret = base64.urlsafe_b64encode(runtime.chance.token(_SECRET_BYTES)).rstrip(b"=")
    key = OperatorKey(new_id(), label, runtime.clock.now(), None)
    statement = insert(operator_key).values(
        id=key.id, label=key.label, secret_hash=_hashed(secret), created_at=key.created_at
    )
    async with runtime.database.before_tenant() as connection:
        await connection.execute(statement)
        await connection.commit()
    return key, f"{PREFIX.decode()}{key.id.hex}_{secret.decode()}"


async def list_operator_keys(runtime: Runtime) -> list[OperatorKey]:
    """All that ever were, the oldest first."""
    columns = operator_key.c
    query = select(columns.id, columns.label, columns.created_at, columns.revoked_at).order_by(columns.id)
    async with runtime.database.before_tenant() as connection:
        return [OperatorKey(*row) for row in await connection.execute(query)]


async def revoke_operator_key(runtime: Runtime, key_id: UUID) -> None:
    """From now on it opens nothing. A revoked one stays as it is. Raises NotFound."""
    known = select(operator_key.c.id).where(operator_key.c.id == key_id)
    revoke = update(operator_key).where(operator_key.c.id == key_id, operator_key.c.revoked_at.is_(None))
    async with runtime.database.before_tenant() as connection:
        if (await connection.execute(known)).first() is None:
            raise NotFound
        await connection.execute(revoke.values(revoked_at=runtime.clock.now()))
        await connection.commit()


async def load_operator(runtime: Runtime, token: bytes) -> Caller | None:
    """The operator whose key `token` is, None for no key or a revoked one."""
    match = _TEXT.fullmatch(token)
    if match is None:
        return None
    key_id = UUID(match[1].decode())
    query = select(operator_key.c.secret_hash).where(operator_key.c.id == key_id, operator_key.c.revoked_at.is_(None))
    async with runtime.database.before_tenant() as connection:
        known = (await connection.execute(query)).scalar()
    if known is None or not secrets.compare_digest(known, _hashed(match[2])):
        return None
    return Caller(CallerKind.OPERATOR, operator_key_id=key_id)


def _hashed(secret: bytes) -> bytes:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret).digest()
