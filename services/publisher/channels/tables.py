"""Channels, with their credentials encrypted, and the mailboxes that they share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import ARRAY, CheckConstraint, Float, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field

from services.publisher.base import Tenant
from services.publisher.channels.rules.readiness import ChannelState, Readiness
from services.publisher.networks.accounts import Ability, Network, OwnLimits
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant

_LIMITS = TypeAdapter(OwnLimits)
_MOMENTS: Any = ARRAY(Float(53))  # seconds of the epoch


class Mailbox(Tenant, table=True):
    """A bot or a community that people write to. All channels of one bot have the same."""

    network: Network = checked_text(Network)
    external_id: str  # the bot's or community's id in the network
    address: str | None = None  # where people write to it, if the network tells
    hook_secret: str  # ciphertext
    hook_version: int  # grows with each wish for updates
    taken: list[float] = Field(default_factory=list[float], sa_type=_MOMENTS)  # of the last calls with its token
    cursor: str | None = None  # up to where a network that calls no hook was asked
    asked: int = 0  # how often it was: tells a repeat

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "network", "external_id"),)


class Channel(Tenant, table=True):
    """One community, channel or group chat in one network."""

    organization_id: UUID  # whose subtree may see it
    mailbox_id: UUID = foreign_key(Mailbox)
    network: Network = checked_text(Network)
    external_id: str  # the community's or chat's id in the network
    title: str
    url: str | None = None
    state: ChannelState = checked_text(ChannelState)
    authorized: bool = True  # what a person's pause must not forget
    problem: dict[str, JsonValue] | None = json_value(default=None)  # why it is not: {"code", "ru", "en"}
    paused_until: datetime | None = moment(default=None)
    blocked_since: datetime | None = moment(default=None)  # until something goes out by it again
    blocked_reason: dict[str, JsonValue] | None = json_value(default=None)  # as `problem`
    failover_channel_id: UUID | None = None  # by which goes out what this one cannot take
    secrets: str  # ciphertext of a JSON object; never shown
    receives_updates: bool = False
    missing: list[JsonValue] = json_value(default_factory=list)  # [{"ability", "code", "ru", "en"}]
    own_limits: dict[str, JsonValue] | None = json_value(default=None)  # what its server takes: of `OwnLimits`
    follower_count: int | None = None
    registry_url: str | None = None  # of its record in the list that the law asks of large channels
    accepted_warning: str | None = None  # the wording that was accepted when it was connected
    probed_at: datetime = moment()
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "network", "external_id"),
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "failover_channel_id"),
        ForeignKeyConstraint(
            ["tenant_id", "failover_channel_id"], ["publisher.channel.tenant_id", "publisher.channel.id"]
        ),
        CheckConstraint("failover_channel_id <> id", name="failover_channel_id"),
        CheckConstraint("(blocked_since IS NULL) = (blocked_reason IS NULL)", name="blocked_since"),
    )

    def readiness(self) -> Readiness:
        return Readiness(self.state, self.paused_until)

    def limits(self) -> OwnLimits | None:
        return None if self.own_limits is None else _LIMITS.validate_python(self.own_limits)

    def unable(self) -> frozenset[Ability]:
        """What these credentials cannot do although the network can."""
        return frozenset(Ability(str(entry["ability"])) for entry in self.missing if isinstance(entry, dict))


class Pace(Tenant, table=True):
    """The moments of calls through one channel, and who looks at its line next. Whoever notes another one holds the row."""

    channel_id: UUID = unique_in_tenant()
    taken: list[float] = Field(default_factory=list[float], sa_type=_MOMENTS)  # made, or to be made in a moment
    wake_id: UUID | None = None  # the message that will look at what waits for the channel
    wake_at: datetime | None = moment(default=None)  # and when it is due

    constraints: ClassVar[Sequence[SchemaItem]] = (
        ForeignKeyConstraint(["tenant_id", "channel_id"], ["publisher.channel.tenant_id", "publisher.channel.id"]),
    )


class NetworkSession(Tenant, table=True):
    """A session with an account's server, for all workers. Whoever holds it makes the next one; the others wait for that.

    What it is made with is good once: who takes it takes it away, so that nobody uses it again whatever becomes of the
    call.
    """

    key: str = unique_in_tenant()  # a digest of whose it is and of the secret that it was opened with
    number: int = 0  # grows with each session
    sealed: str | None = None  # ciphertext; None: there is none, or one is being made
    made_at: datetime = moment()
    taken_by: UUID | None = None  # who makes the next one
    taken_until: datetime | None = moment(
        default=None
    )  # by the database's clock; after it they are believed to be gone

    constraints: ClassVar[Sequence[SchemaItem]] = (
        CheckConstraint("(taken_by IS NULL) = (taken_until IS NULL)", name="taken"),
    )
