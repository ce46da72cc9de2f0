"""The read model of the publisher's channels."""

from sqlalchemy.dialects.postgresql import insert

from services.gateway.organizations.tables import Channel
from shared.context import Context
from shared.contracts.publisher import ChannelChanged
from shared.db import table_of


async def apply_channel(context: Context, message: ChannelChanged) -> None:
    """An older state than what is here is dropped."""
    table = table_of(Channel)
    values = message.model_dump(exclude={"channel_id"})
    row = {**values, "tenant_id": context.tenant_id, "id": message.channel_id}
    statement = insert(table).values(row)
    await context.store.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "id"],
            set_=values,
            where=table.c.entity_version < message.entity_version,
        )
    )
