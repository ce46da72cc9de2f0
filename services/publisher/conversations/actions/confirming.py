"""The question of a network whether its hook is wanted, before it sends anything there."""

from collections.abc import Mapping
from uuid import UUID

from services.publisher.channels.tables import Mailbox
from services.publisher.networks.inbound import HookAnswer
from services.publisher.runtime import connector_of
from shared.app import Outside
from shared.errors import NotFound


async def confirm_hook(outside: Outside, mailbox_id: UUID, query: Mapping[str, str]) -> HookAnswer:
    """Raises NotFound for an absent mailbox, for a network that asks no such thing, and for a wrong secret alike."""
    async with outside.reading() as context:
        mailbox = await context.store.get(Mailbox, mailbox_id)
        secret = context.runtime.cipher.decrypt(mailbox.hook_secret)
    answer = connector_of(outside.runtime, mailbox.network).answer_to_confirmation(query, secret)
    if answer is None:
        raise NotFound
    return answer
