"""What OK tells a group's hook: one JSON object per call, each a message in a chat with the group."""

from datetime import UTC, datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.publisher.networks.inbound import MalformedUpdate, MessageReceived, Sender, UnixMilliseconds, Update

MESSAGE_CREATED = "MESSAGE_CREATED"


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Sender(_Wire):
    user_id: str
    name: str | None = None


class _Attachment(_Wire):
    type: str


class _Message(_Wire):
    mid: str
    text: str | None = None
    attachments: tuple[_Attachment, ...] | None = None


class _Notice(_Wire):
    kind: str = Field(default=MESSAGE_CREATED, alias="webhookType")
    sender: _Sender | None = None
    message: _Message | None = None
    timestamp: UnixMilliseconds


def updates_in(body: bytes) -> list[Update]:
    """The message in `body`; nothing for a change of the chat itself. Raises MalformedUpdate."""
    try:
        notice = _Notice.model_validate_json(body)
    except ValidationError as error:
        raise MalformedUpdate from error
    message, sender = notice.message, notice.sender
    if notice.kind != MESSAGE_CREATED or message is None or sender is None:
        return []
    return [
        MessageReceived(
            f"message:{sha256(message.mid.encode()).hexdigest()[:40]}",
            Sender(sender.user_id.rpartition(":")[2], sender.name),
            message.text or "",
            datetime.fromtimestamp(notice.timestamp / 1000, UTC),
            tuple(attachment.type.lower() for attachment in message.attachments or ()),
        )
    ]
