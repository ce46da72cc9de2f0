"""The tenant's count of directory writes: what lets a service know that it is behind."""

from sqlalchemy.dialects.postgresql import insert

from services.gateway.organizations.tables import CallerPosition, TenantPosition
from shared.context import Context
from shared.db import table_of


async def next_position(context: Context) -> int:
    """Take the tenant's next position, and remember it as the caller's own last write.

    The row's lock is held until the commit, so positions are committed in their order and without gaps.
    """
    tenant = table_of(TenantPosition)
    statement = insert(tenant).values(tenant_id=context.tenant_id, id=context.tenant_id, position=1)
    taken = await context.store.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "id"], set_={"position": tenant.c.position + 1}
        ).returning(tenant.c.position)
    )
    position = int(taken.scalar_one())
    if context.caller.person_id is not None:
        caller = table_of(CallerPosition)
        own = insert(caller).values(tenant_id=context.tenant_id, id=context.caller.person_id, position=position)
        await context.store.execute(
            own.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"position": position})
        )
    return position
