"""Answers under posts, mentions elsewhere, and whose accounts the union knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.tables import Channel
from services.publisher.enterprises.rules.relationship import AuthorType
from services.publisher.mentions.rules.answers import AnswerKind
from services.publisher.mentions.rules.tones import Tone, ToneSource
from services.publisher.networks.accounts import Network
from services.publisher.publications.tables import Publication
from shared.db import checked_text, foreign_key, json_value, moment


class Reaction(Tenant, table=True):
    """A comment or a repost, by its latest wording. Its publication is the one whose delivery has `post_id`.

    So an answer that came before its delivery was known to be sent is not lost.
    """

    channel_id: UUID = foreign_key(Channel)
    network: Network = checked_text(Network)
    kind: AnswerKind = checked_text(AnswerKind)
    post_id: str
    external_id: str
    author_external_id: str
    author_name: str | None = None
    author_type: AuthorType = checked_text(AuthorType)
    text: str
    url: str | None = None
    is_thanks: bool
    is_removed: bool = False
    tone: Tone = checked_text(Tone)
    tone_source: ToneSource = checked_text(ToneSource)
    at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "channel_id", "kind", "external_id"),
        Index(None, "tenant_id", "channel_id", "post_id", "id"),
        Index(None, "tenant_id", "network", "author_external_id"),
        Index(None, "tenant_id", "kind", "at"),
    )


class Mention(Tenant, table=True):
    """The union named somewhere else; one for each address."""

    organization_id: UUID  # whose subtree may see it
    about: str = ""  # empty: the union; else whom it is compared with
    url: str
    title: str
    text: str
    source_name: str  # the newspaper, the authority, the author
    source_type: AuthorType = checked_text(AuthorType)
    network: Network | None = checked_text(Network, default=None)  # None: entered by hand
    author_external_id: str | None = None
    publication_id: UUID | None = foreign_key(Publication, default=None)  # what it speaks of, if of something of ours
    tone: Tone = checked_text(Tone)
    tone_source: ToneSource = checked_text(ToneSource)
    is_dismissed: bool = False  # it was not about the union: not counted
    published_at: datetime = moment()
    entered_by: UUID | None = None
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "url", "about"),
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "source_type", "id"),
        Index(None, "tenant_id", "tone", "id"),
        Index(None, "tenant_id", "about", "id"),
        Index(None, "tenant_id", "is_dismissed", "id"),
        Index(None, "tenant_id", "published_at"),
        Index(None, "tenant_id", "network", "author_external_id"),
    )


class KnownAccount(Tenant, table=True):
    """Whose account it is, as somebody said of one answer: it holds for all others."""

    network: Network = checked_text(Network)
    external_id: str
    author_type: AuthorType = checked_text(AuthorType)

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "network", "external_id"),)


class WatchedFeed(Tenant, table=True):
    """A feed of somebody else: what in it names the union becomes a mention."""

    organization_id: UUID  # of whom it may speak
    url: str
    title: str  # a name for the organization's own list
    source_name: str
    source_type: AuthorType = checked_text(AuthorType)
    about: str = ""  # empty: the union; else whom it is compared with
    words: list[str] = json_value(default_factory=list)  # one of them names whom it is about
    paused: bool = False
    asked: int = 0  # how often; tells a repeat, and grows with each change of what is asked
    failures: int = 0  # in a row
    problem: dict[str, JsonValue] | None = json_value(default=None)  # why it was not read: {"code", "ru", "en"}
    etag: str | None = None  # of the last answer, told with the next question
    last_modified: str | None = None
    asked_at: datetime | None = moment(default=None)
    next_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "organization_id", "url", "about"),
        Index(None, "tenant_id", "organization_id", "id"),
        CheckConstraint("failures >= 0", name="failures"),
    )
