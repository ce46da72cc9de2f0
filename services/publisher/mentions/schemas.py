"""Answers and mentions as clients read and judge them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from services.publisher.channels.schemas import ReasonView
from services.publisher.enterprises.rules.relationship import AuthorType, seconds_after
from services.publisher.mentions.rules.addresses import LONGEST
from services.publisher.mentions.rules.answers import AnswerKind
from services.publisher.mentions.rules.naming import LONGEST as LONGEST_WORD
from services.publisher.mentions.rules.naming import MOST_WORDS, SHORTEST, is_name
from services.publisher.mentions.rules.tones import Tone, ToneSource
from services.publisher.mentions.tables import Mention, Reaction, WatchedFeed
from services.publisher.networks.accounts import Network
from shared.app import ApiModel, Moment, PageQuery, example
from shared.errors import BrokenRule

TEXT_LIMIT = 10_000
NAME_LIMIT = 200

Title = Annotated[str, Field(max_length=NAME_LIMIT, description="the headline, or the beginning of the post")]
Text = Annotated[str, Field(max_length=TEXT_LIMIT, description="what is said of the union")]
SourceName = Annotated[
    str, Field(min_length=1, max_length=NAME_LIMIT, description="the newspaper, the authority, the author")
]
SourceType = Annotated[AuthorType, Field(description="whose voice it is")]
Spoken = Annotated[Tone, Field(description="how it speaks of the union; left out, a list of words guesses")]


class ReactionFilter(PageQuery):
    author_type: AuthorType | None = Field(default=None, description="only answers of these")
    tone: Tone | None = Field(default=None, description="only answers in this tone")
    is_thanks: bool | None = Field(default=None, description="only answers that say thank you, or only others")


class Judgement(ApiModel):
    """What is left out stays as it is."""

    tone: Tone | None = Field(default=None, description="what you read in it; it stands, whatever the words say")
    author_type: AuthorType | None = Field(
        default=None, description="who speaks; holds for all that this account says, before and from now on"
    )

    model_config = ApiModel.model_config | example({"tone": "positive", "author_type": "enterprise"})


class ReactionView(ApiModel):
    id: UUID = Field(description="the answer's id")
    channel_id: UUID = Field(description="where it was given")
    network: Network = Field(description="the channel's network")
    kind: AnswerKind = Field(description="a comment under the post, or a repost of it")
    author_type: AuthorType = Field(description="whose voice it is; `person` until somebody says otherwise")
    author_name: str | None = Field(
        description="as the network shows it; null where it does not tell, and of persons for partners"
    )
    text: str = Field(description="the latest wording; empty when it was removed, and of persons for partners")
    url: str | None = Field(description="where it stands, if the network tells")
    is_thanks: bool = Field(description="whether it says thank you")
    is_removed: bool = Field(description="whether its author, or the network, took it back")
    tone: Tone = Field(description="how it speaks of the union")
    tone_source: ToneSource = Field(description="`words`: guessed by a list of words; `person`: somebody read it")
    at: datetime = Field(description="when this wording was written")
    seconds_after: int | None = Field(description="since the post was sent; null when that is not known")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, reaction: Reaction, sent_at: datetime | None, *, for_partner: bool) -> Self:
        """A partner learns of persons that they answered and how, not who they are."""
        hidden = for_partner and reaction.author_type is AuthorType.PERSON
        seen = reaction.model_dump(include=set(cls.model_fields) - {"seconds_after"})
        if hidden:
            seen |= {"author_name": None, "text": "", "url": None}
        return cls(**seen, seconds_after=seconds_after(sent_at, reaction.at))


class NewMention(ApiModel):
    organization_id: UUID = Field(description="who is spoken of")
    url: str = Field(max_length=LONGEST, description="where it stands; marks of campaigns and the fragment are dropped")
    about: str = Field(
        default="",
        max_length=NAME_LIMIT,
        description="left out: you; else whom you compare yourself with, by the name that `/metrics/influence` is asked for",
    )
    title: Title = ""
    text: Text = ""
    source_name: SourceName
    source_type: SourceType
    published_at: Moment = Field(description="when it came out")
    publication_id: UUID | None = Field(default=None, description="which of your publications it speaks of")
    tone: Spoken | None = None

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "url": "https://vestnik.example/news/417",
            "title": "Профсоюз добился доплат за ночные смены",
            "source_name": "Городской вестник",
            "source_type": "media",
            "published_at": "2026-11-20T09:00:00+03:00",
            "tone": "positive",
        }
    )


class MentionChange(ApiModel):
    """What is left out stays as it is."""

    title: Title | None = None
    text: Text | None = None
    source_name: SourceName | None = None
    source_type: SourceType | None = None
    publication_id: UUID | None = Field(
        default=None, description="which of your publications it speaks of; null: of none"
    )
    tone: Tone | None = Field(default=None, description="what you read in it; it stands, whatever the words say")
    is_dismissed: bool | None = Field(default=None, description="true: it is not about you and is not counted")

    model_config = ApiModel.model_config | example({"tone": "neutral"})


class MentionFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only mentions of this organization's subtree")
    about: str | None = Field(default=None, max_length=NAME_LIMIT, description="only those about this name; empty: you")
    source_type: AuthorType | None = Field(default=None, description="only those of these voices")
    tone: Tone | None = Field(default=None, description="only those in this tone")
    is_dismissed: bool | None = Field(default=None, description="only those that were, or were not, put aside")


class MentionView(ApiModel):
    id: UUID = Field(description="the mention's id")
    organization_id: UUID = Field(description="who is spoken of")
    about: str = Field(description="empty: you; else whom you compare yourself with")
    url: str = Field(description="where it stands; each address is there once for everybody it is about")
    title: str = Field(description="the headline, or the beginning of the post")
    text: str = Field(description="what is said of the union; of persons empty for partners")
    source_name: str | None = Field(
        description="the newspaper, the authority, the author; of persons null for partners"
    )
    source_type: AuthorType = Field(description="whose voice it is")
    network: Network | None = Field(description="where it was heard; null when somebody entered it, or a feed had it")
    publication_id: UUID | None = Field(description="which of your publications it speaks of, if somebody said so")
    tone: Tone = Field(description="how it speaks of the union")
    tone_source: ToneSource = Field(description="`words`: guessed by a list of words; `person`: somebody read it")
    is_dismissed: bool = Field(description="whether it was put aside as not about you; then it is not counted")
    published_at: datetime = Field(description="when it came out")
    created_at: datetime = Field(description="when it was found or entered")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, mention: Mention, *, for_partner: bool) -> Self:
        seen = mention.model_dump(include=set(cls.model_fields))
        if for_partner and mention.source_type is AuthorType.PERSON:
            seen |= {"text": "", "title": "", "source_name": None}
        return cls(**seen)


def _a_name(word: str) -> str:
    if not is_name(word):
        raise BrokenRule(
            "word",
            {"ru": f"Слово хотя бы из {SHORTEST} букв", "en": f"A word of {SHORTEST} letters at least"},
        )
    return word


Words = Annotated[
    list[Annotated[str, AfterValidator(_a_name), Field(max_length=LONGEST_WORD)]],
    Field(
        min_length=1,
        max_length=MOST_WORDS,
        description="names of whom it is about; an entry with one of them is a mention. Beginnings of words will do, "
        "endings do not matter: `профсоюз` also finds `профсоюза`",
    ),
]
FeedTitle = Annotated[str, Field(max_length=NAME_LIMIT, description="a name for your own list")]


class NewWatchedFeed(ApiModel):
    organization_id: UUID = Field(description="who is spoken of")
    url: str = Field(max_length=LONGEST, description="of the feed itself, RSS or Atom: https")
    title: FeedTitle = ""
    source_name: SourceName
    source_type: SourceType = AuthorType.MEDIA
    about: str = Field(
        default="", max_length=NAME_LIMIT, description="left out: you; else whom you compare yourself with"
    )
    words: Words

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "url": "https://vestnik.example/rss.xml",
            "source_name": "Городской вестник",
            "words": ["профсоюз", "ПМР Москвы"],
        }
    )


class WatchedFeedChange(ApiModel):
    """What is left out stays as it is. With other words the feed is read anew."""

    title: FeedTitle | None = None
    source_name: SourceName | None = None
    source_type: SourceType | None = None
    words: Words | None = None
    paused: bool | None = Field(default=None, description="true: it is not asked until you say false")

    model_config = ApiModel.model_config | example({"paused": True})


class WatchedFeedFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only feeds of this organization's subtree")


class WatchedFeedView(ApiModel):
    id: UUID = Field(description="the feed's id")
    organization_id: UUID = Field(description="who is spoken of")
    url: str = Field(description="of the feed itself")
    title: str = Field(description="a name for your own list")
    source_name: str = Field(description="whose feed it is: the source of its mentions")
    source_type: AuthorType = Field(description="whose voice it is")
    about: str = Field(description="empty: you; else whom you compare yourself with")
    words: list[str] = Field(description="names of whom it is about")
    paused: bool = Field(description="whether it is left alone")
    problem: ReasonView | None = Field(
        description="why it could not be read the last time; then it is asked less often"
    )
    asked_at: datetime | None = Field(description="when it was asked last")
    next_at: datetime | None = Field(description="when it is asked next; null while it is paused")
    created_at: datetime = Field(description="when it was entered")
    version: int = Field(description="grows with each change that somebody makes; the ETag")

    @classmethod
    def of(cls, feed: WatchedFeed) -> Self:
        problem = None if feed.problem is None else ReasonView.of(feed.problem)
        return cls(**feed.model_dump(include=set(cls.model_fields) - {"problem"}), problem=problem)
