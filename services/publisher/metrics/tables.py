"""What the networks told of channels and posts, day by day."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.tables import Channel
from services.publisher.publications.tables import Delivery
from shared.db import foreign_key, json_value


class ChannelSnapshot(Tenant, table=True):
    channel_id: UUID = foreign_key(Channel)
    day: date
    followers: int | None = None
    reason: dict[str, JsonValue] | None = json_value(default=None)  # why it is not told: {"code", "ru", "en"}

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "channel_id", "day"),)


class PostSnapshot(Tenant, table=True):
    """Of one post, from its beginning until that day."""

    delivery_id: UUID = foreign_key(Delivery)
    day: date
    views: int | None = None
    reach: int | None = None
    reactions: int | None = None
    comments: int | None = None
    reposts: int | None = None
    reasons: dict[str, JsonValue] = json_value(default_factory=dict)  # {"reach": {"code", "ru", "en"}}

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "delivery_id", "day"),)
