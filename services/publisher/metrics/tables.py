"""What the networks told of channels and posts, day by day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.tables import Channel
from services.publisher.publications.tables import Delivery
from shared.db import foreign_key, json_value, moment, unique_in_tenant


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
    reactions_told_at: datetime | None = moment(default=None)  # by the network itself, or when it was asked
    reasons: dict[str, JsonValue] = json_value(default_factory=dict)  # {"reach": {"code", "ru", "en"}}

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "delivery_id", "day"),)


class MembersOnDay(Tenant, table=True):
    """How many came into a channel's community and left it, as the network told one by one. Nobody is named."""

    channel_id: UUID = foreign_key(Channel)
    day: date  # in UTC
    joined: int = 0
    gone: int = 0

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "channel_id", "day"),
        CheckConstraint("joined >= 0 AND gone >= 0", name="counts"),
    )


class PollResult(Tenant, table=True):
    """How a poll that is out stands, by the last that its network told. Totals alone: nobody's vote is kept."""

    delivery_id: UUID = unique_in_tenant()
    votes: list[int] | None = json_value(default=None)  # in the order of the options; None: not told yet
    voters: int | None = None
    told_at: datetime | None = moment(default=None)
    is_due: bool = False  # somebody voted since, and the network will be asked

    constraints: ClassVar[Sequence[SchemaItem]] = (
        ForeignKeyConstraint(["tenant_id", "delivery_id"], ["publisher.delivery.tenant_id", "publisher.delivery.id"]),
    )
