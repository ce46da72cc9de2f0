"""Somebody's chat with a channel of an organization, as the publisher tells of it."""

from dataclasses import dataclass, field
from uuid import UUID

from shared.clock import new_id
from shared.contracts.publisher import (
    ButtonPressed,
    DirectMessageDelivery,
    DirectMessageReceived,
    DirectMessageRequested,
)
from shared.queue import Answer
from shared.testing.kit import ServiceKit, Tenant


@dataclass
class Chat:
    kit: ServiceKit
    tenant: Tenant
    organization_id: UUID
    network: str = "telegram"
    person_id: UUID | None = None
    account: str = "1001"
    conversation_id: UUID = field(default_factory=new_id)

    async def write(self, text: str, *, message_id: UUID | None = None) -> Answer:
        message = DirectMessageReceived(
            conversation_id=self.conversation_id,
            message_id=message_id or new_id(),
            channel_id=new_id(),
            network=self.network,
            organization_id=self.organization_id,
            external_user_id=self.account,
            display_name="Анна Котова",
            person_id=self.person_id,
            text=text,
            received_at=self.kit.clock.now(),
        )
        return await self.kit.deliver(self.tenant, message)

    async def press(self, payload: str) -> Answer:
        message = ButtonPressed(
            conversation_id=self.conversation_id,
            external_user_id=self.account,
            payload=payload,
            pressed_at=self.kit.clock.now(),
        )
        return await self.kit.deliver(self.tenant, message)

    async def delivery(self, reference_id: UUID, state: str, sequence: int, code: str | None = None) -> Answer:
        news = DirectMessageDelivery(reference_id=reference_id, state=state, sequence=sequence, code=code)
        return await self.kit.deliver(self.tenant, news)

    async def told(self) -> list[DirectMessageRequested]:
        """What the service asked the publisher to write into this chat, oldest first."""
        asked = await self.kit.emitted(self.tenant, DirectMessageRequested)
        return [message for message in asked if message.conversation_id == self.conversation_id]
