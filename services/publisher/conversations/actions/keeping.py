"""What somebody wrote, as it is kept."""

from uuid import UUID

from services.publisher.conversations.tables import InboundMessage
from services.publisher.networks.inbound import MessageReceived
from services.publisher.networks.storing import storable


def inbound_message(conversation_id: UUID, update: MessageReceived) -> InboundMessage:
    """Of a letter also what an answer needs, and all that it said with what it quoted."""
    message = InboundMessage(
        conversation_id=conversation_id,
        text=storable(update.text) or f"[{', '.join(update.attachments)}]",
        received_at=update.at,
    )
    if update.letter is not None:
        message.original = storable(update.letter.original)
        message.subject = storable(update.letter.subject)
        message.letter_ids = list(update.letter.references)
    return message
