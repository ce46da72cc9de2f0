"""A message in its envelope, as the outbox writes it, for a test that hands it over by itself."""

from datetime import datetime
from uuid import UUID

from shared.clock import new_id
from shared.contracts import Envelope, Message, ServiceName


def enveloped(
    message: Message,
    tenant_id: UUID,
    occurred_at: datetime,
    *,
    source: ServiceName | None = None,
    destination: ServiceName | None = None,
    message_id: UUID | None = None,
) -> Envelope:
    """From its owner to the first of its destinations, where nothing else is said."""
    return Envelope(
        id=message_id or new_id(),
        source=source or ServiceName(message.type.split(".")[0]),
        destination=destination or message.destinations[0],
        tenant_id=tenant_id,
        type=message.type,
        version=message.version,
        occurred_at=occurred_at,
        payload=message.model_dump(mode="json"),
    )
