"""A bot's private chats, as its network tells of them."""

import json
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.publisher.conversations.tables import Conversation
from services.publisher.networks.accounts import Network
from services.publisher.networks.inbound import Hook
from shared.clock import new_id
from shared.contracts.publisher import (
    Button,
    DirectMessageDelivery,
    DirectMessageDue,
    DirectMessageReceived,
    DirectMessageRequested,
)
from tests.service.publisher.newsroom import Newsroom

WRITTEN = {"id": "u1", "kind": "message", "user": "1001", "name": "Анна Котова", "text": "Не платят премию"}


class Chats:
    """A bot's hook, as its network calls it."""

    def __init__(self, newsroom: Newsroom, hook: Hook) -> None:
        self.newsroom = newsroom
        self.address = hook.url.removeprefix("https://vmeste.test")
        self.secret = hook.secret

    async def tell(self, *updates: dict[str, str], secret: str | None = None) -> Any:
        async with self.newsroom.kit.client() as network:
            return await network.post(
                self.address, content=json.dumps(updates), headers={"x-secret": secret or self.secret}
            )

    async def conversation(self) -> UUID:
        assert (await self.tell(WRITTEN)).status_code == 200
        async with self.newsroom.kit.transaction(self.newsroom.tenant) as context:
            (conversation,) = await context.store.all(select(Conversation))
            return conversation.id

    async def received(self) -> list[DirectMessageReceived]:
        return await self.newsroom.kit.emitted(self.newsroom.tenant, DirectMessageReceived)


async def chats_of(newsroom: Newsroom, network: Network = Network.TELEGRAM) -> Chats:
    await newsroom.channel(network)
    await newsroom.drain()
    return Chats(newsroom, newsroom.networks[network].hooks[-1])


async def ask(
    newsroom: Newsroom, conversation_id: UUID, reference_id: UUID | None = None, text: str = "Ваш вопрос принят"
) -> UUID:
    request = DirectMessageRequested(
        reference_id=reference_id or new_id(),
        conversation_id=conversation_id,
        text=text,
        buttons=(Button(label="5", payload="rate:1:5"),),
    )
    assert (await newsroom.kit.deliver(newsroom.tenant, request)).error is None
    return request.reference_id


async def news_of(newsroom: Newsroom) -> list[tuple[str, int, str | None]]:
    news = await newsroom.kit.emitted(newsroom.tenant, DirectMessageDelivery)
    return [(each.state, each.sequence, each.code) for each in news]


async def deliver_due(newsroom: Newsroom) -> None:
    """The attempts alone, so that the news stays in the outbox to be read."""
    for due in await newsroom.kit.emitted(newsroom.tenant, DirectMessageDue):
        assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
