"""What the networks tell one by one: who came and left, without their names, and reactions to a post."""

from datetime import UTC
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.metrics.tables import MembersOnDay, PostSnapshot
from services.publisher.publications.tables import Delivery
from shared.clock import new_id
from shared.context import Context
from shared.contracts.publisher import MembershipHeard, ReactionsHeard
from shared.db import table_of


async def hear_membership(context: Context, heard: MembershipHeard) -> None:
    """Counted on its day."""
    if await context.store.find(Channel, heard.channel_id) is None:
        return
    table = table_of(MembersOnDay)
    row = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        channel_id=heard.channel_id,
        day=heard.at.astimezone(UTC).date(),
        joined=int(heard.has_joined),
        gone=int(not heard.has_joined),
    )
    await context.store.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "channel_id", "day"],
            set_={name: table.c[name] + row.excluded[name] for name in ("joined", "gone")},
        )
    )


async def hear_reactions(context: Context, heard: ReactionsHeard) -> None:
    """Into the figures of the day. Of two counts the later one stands, in whatever order they come."""
    delivery_id = await _delivery_of(context, heard)
    if delivery_id is None:
        return
    table = table_of(PostSnapshot)
    row = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        delivery_id=delivery_id,
        day=heard.at.astimezone(UTC).date(),
        reactions=heard.count,
        reactions_told_at=heard.at,
        reasons={},
    )
    await context.store.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "delivery_id", "day"],
            set_={name: row.excluded[name] for name in ("reactions", "reactions_told_at")},
            where=or_(table.c.reactions_told_at.is_(None), table.c.reactions_told_at <= row.excluded.reactions_told_at),
        )
    )


async def _delivery_of(context: Context, heard: ReactionsHeard) -> UUID | None:
    """Of a post that was put out elsewhere there is none."""
    query = (
        select(Delivery.id)
        .join(
            Channel, (col(Channel.tenant_id) == col(Delivery.tenant_id)) & (col(Channel.id) == col(Delivery.channel_id))
        )
        .where(col(Channel.mailbox_id) == heard.mailbox_id, col(Delivery.external_id) == heard.post_id)
    )
    if heard.places:
        query = query.where(func.lower(Channel.external_id).in_([place.lower() for place in heard.places]))
    return await context.store.first(query.order_by(col(Delivery.id).desc()))
