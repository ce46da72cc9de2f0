"""Which accounts in the networks are the union's own: what they say is not the world's answer."""

from sqlalchemy import func, union_all
from sqlalchemy import select as choose
from sqlmodel import col

from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.accounts import Network
from shared.context import Context


async def is_own_account(context: Context, network: Network, account_id: str) -> bool:
    """Whether a channel or a mailbox here is that account. Networks write a community's id with a minus, too."""
    name = account_id.lstrip("-").lower()
    own = [
        choose(col(table.id)).where(
            col(table.tenant_id) == context.tenant_id,
            col(table.network) == network,
            func.lower(func.ltrim(col(table.external_id), "-")) == name,
        )
        for table in (Channel, Mailbox)
    ]
    return (await context.store.execute(choose(union_all(*own).exists()))).scalar_one()
