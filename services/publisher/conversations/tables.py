"""Private chats between people and mailboxes, and what was said in them both ways."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ARRAY, Index, String, UniqueConstraint
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field

from services.publisher.base import Tenant
from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.tables import Mailbox
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant

_NAMES: Any = ARRAY(String)


class InboundUpdate(Tenant, table=True):
    """The keys of what the networks told us: each is taken in once, however often it is told."""

    mailbox_id: UUID = foreign_key(Mailbox)
    update_key: str
    received_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "mailbox_id", "update_key"),)


class Conversation(Tenant, table=True):
    mailbox_id: UUID = foreign_key(Mailbox)
    external_user_id: str  # who it is with; in a private chat also where an answer goes
    display_name: str | None  # until the network tells it
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "mailbox_id", "external_user_id"),
        Index(None, "tenant_id", "external_user_id", "id"),  # a person's account in whatever mailbox
    )


class InboundMessage(Tenant, table=True):
    conversation_id: UUID = foreign_key(Conversation)
    text: str
    received_at: datetime = moment()
    original: str | None = None  # of a letter: all that it said, with what it quoted
    subject: str | None = None  # of a letter
    letter_ids: list[str] | None = Field(
        default=None, sa_type=_NAMES
    )  # what an answer to it refers to, itself the last


class DirectMessage(Tenant, table=True):
    """What a service asked us to write into a conversation. With `expires_at` it is a notice of the gateway."""

    conversation_id: UUID = foreign_key(Conversation)
    reference_id: UUID = unique_in_tenant()  # the asker's own id
    text: str  # of a notice: ciphertext until it is sent, empty afterwards
    expires_at: datetime | None = moment(default=None)  # a notice is not sent after it
    buttons: list[JsonValue] = json_value(default_factory=list)  # [{"label", "payload"}]
    state: DeliveryState = checked_text(DeliveryState)
    attempts: int = 0  # begun
    tries: int = 0  # used up
    lease_until: datetime | None = moment(default=None)  # of the attempt that is being made, by the database's clock
    doubtful_since: datetime | None = moment(default=None)  # the start of the first attempt that may have been taken
    began_at: datetime | None = moment(default=None)  # the last attempt
    code: str | None = None  # why it is not sent
    external_id: str | None = None
    sequence: int = 1  # of the news about it
    created_at: datetime = moment()

    @property
    def is_notice(self) -> bool:
        return self.expires_at is not None
