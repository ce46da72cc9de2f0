"""Accounts outside whose owners are known, and what kind of author each belongs to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.owning import is_own_account
from services.publisher.enterprises.rules.relationship import AccountTaken, AuthorType
from services.publisher.enterprises.schemas import AccountBody
from services.publisher.enterprises.tables import AuthorAccount
from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.context import Context


async def keep_accounts(
    context: Context,
    owner_id: UUID,
    author_type: AuthorType,
    accounts: Sequence[AccountBody],
    *,
    enterprise_id: UUID | None = None,
) -> None:
    """From now on these are the owner's, and no others. Raises AccountTaken."""
    await context.store.execute(
        delete(AuthorAccount).where(
            col(AuthorAccount.tenant_id) == context.tenant_id, col(AuthorAccount.owner_id) == owner_id
        )
    )
    wanted = {(account.network.value, account.external_id) for account in accounts}
    if not wanted:
        return
    rows = [
        {
            "tenant_id": context.tenant_id,
            "id": new_id(),
            "network": network,
            "external_id": external_id,
            "author_type": author_type,
            "owner_id": owner_id,
            "enterprise_id": enterprise_id,
        }
        for network, external_id in sorted(wanted)
    ]
    if await context.store.changed(insert(AuthorAccount).values(rows).on_conflict_do_nothing()) != len(rows):
        raise AccountTaken


async def author_type_of(context: Context, network: Network, external_id: str) -> tuple[AuthorType, UUID | None]:
    """For other rooms: what kind of author an account belongs to, and for which enterprise it speaks, if it does.

    An account with a channel here is the union's own (`organization`). Whoever nobody knows is a person.
    """
    known = await context.store.first(
        select(AuthorAccount).where(AuthorAccount.network == network, AuthorAccount.external_id == external_id)
    )
    if known is not None:
        return known.author_type, known.enterprise_id
    own = await is_own_account(context, network, external_id)
    return (AuthorType.ORGANIZATION if own else AuthorType.PERSON), None
