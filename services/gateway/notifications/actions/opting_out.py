"""The links under mails and messages that end them. Nobody needs to sign in to hear less."""

import hmac
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.gateway.notifications.actions.readers import Reader, present_among, reader_of
from services.gateway.notifications.actions.settings import locked_settings
from services.gateway.notifications.rules.kinds import EVERYTHING, KINDS, Way, kind_named, without
from services.gateway.notifications.tables import NotificationOptOut
from shared.app import id_within, public_id
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound

_PURPOSE = "notification opt-out"


async def opt_out_url(context: Context, person_id: UUID, kind: str, way: Way) -> str:
    """The same link each time."""
    table = table_of(NotificationOptOut)
    statement = insert(table).values(
        tenant_id=context.tenant_id,
        id=_signature(context, person_id, kind, way),
        person_id=person_id,
        kind=kind,
        way=way,
    )
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "person_id", "kind", "way"], set_={"kind": statement.excluded.kind}
    )
    opt_out_id: UUID = (await context.store.execute(statement.returning(table.c.id))).scalar_one()
    token = public_id(context.tenant_id, opt_out_id)
    return f"{context.runtime.settings.public_url.rstrip('/')}/v1/notifications/unsubscribe/{token}"


async def read_opt_out(context: Context, token: str) -> tuple[NotificationOptOut, bool]:
    """What the link ends, and whether that still comes. Raises NotFound."""
    opt_out, reader = await _found(context, token)
    kinds = KINDS.values() if opt_out.kind == EVERYTHING else [kind_named(opt_out.kind)]
    return opt_out, any(opt_out.way in reader.ways(kind) for kind in kinds)


async def opt_out(context: Context, token: str) -> tuple[NotificationOptOut, bool]:
    """End it, though nothing of it comes just now; again, it stays ended. Raises NotFound."""
    ended, told = await _found(context, token)
    settings = await locked_settings(context, told.person_id)
    reader = await reader_of(context, told.person_id)
    if reader is None:
        raise NotFound
    left = without(ended.way, ended.kind, reader.chosen, is_staff=reader.is_staff)
    if left != reader.chosen:
        settings.ways = {kind: list(ways) for kind, ways in left.items()}
        settings.version += 1
    return ended, False


async def _found(context: Context, token: str) -> tuple[NotificationOptOut, Reader]:
    """The link, and who is told at present in the place of whom it was made for. Raises NotFound."""
    opt_out = await context.store.get(NotificationOptOut, id_within(context.tenant_id, token))
    for person_id in await present_among(context, [opt_out.person_id]):
        reader = await reader_of(context, person_id)
        if reader is not None:
            return opt_out, reader
    raise NotFound


def _signature(context: Context, person_id: UUID, kind: str, way: Way) -> UUID:
    """128 bits under the house's key: nobody can make somebody else's link."""
    said = f"{context.tenant_id}:{person_id}:{kind}:{way}".encode()
    return UUID(bytes=hmac.digest(context.runtime.cipher.derive(_PURPOSE), said, "sha256")[:16])
