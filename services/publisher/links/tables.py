"""Short links, the places where they are shown, their clicks by day; and the hosts to which they may lead."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.tables import Channel
from services.publisher.links.rules.places import PlaceKind
from services.publisher.links.rules.targets import TargetKind
from shared.db import checked_text, foreign_key, moment, unique_in_tenant


class LinkHost(Tenant, table=True):
    """A host that is an organization's own: links of it and of all below it may lead there."""

    organization_id: UUID
    host: str  # as it goes over the wire
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "organization_id", "host"),
        Index(None, "tenant_id", "organization_id", "id"),
    )


class Link(Tenant, table=True):
    organization_id: UUID  # whose subtree may see and end it
    kind: TargetKind = checked_text(TargetKind)
    about_id: UUID | None = None  # the publication or release whose link it is
    target: str
    title: str
    campaign: str | None = None  # counted as utm_campaign at the target
    reuse_key: str | None = unique_in_tenant(default=None)  # of links that rooms ask for: the same each time
    created_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "about_id", "id"),
        Index(None, "tenant_id", "kind", "id"),
    )


class LinkPlace(Tenant, table=True):
    """One place where a link is shown, with the code that is followed there."""

    link_id: UUID = foreign_key(Link)
    kind: PlaceKind = checked_text(PlaceKind)
    channel_id: UUID | None = foreign_key(Channel, default=None)
    place_key: str  # once for a link: `channel:<id>`, `sheet:<name>`, `mail`, `direct`
    name: str  # empty for what is known by its kind or its channel
    source: str  # counted as utm_source: the network, or the kind of the place
    code: str = unique_in_tenant()
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "link_id", "place_key"),
        CheckConstraint("(kind = 'channel') = (channel_id IS NOT NULL)", name="channel"),
    )


class LinkClicks(Tenant, table=True):
    """Clicks at one place on one day of the organization's calendar. No visitor is kept."""

    link_id: UUID = foreign_key(Link)
    place_id: UUID = foreign_key(LinkPlace)
    day: date
    clicks: int

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "place_id", "day"),
        Index(None, "tenant_id", "link_id", "day"),
        CheckConstraint("clicks > 0", name="clicks"),
    )
