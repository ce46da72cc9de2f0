"""A flash mob's entries."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.campaigns.rules.states import EntryKind, EntryState
from services.publisher.campaigns.tables import CampaignEntry
from services.publisher.networks.accounts import Network
from shared.app import ApiModel, PageQuery, example


class EntryFilter(PageQuery):
    state: EntryState | None = Field(default=None, description="only entries in this state")


class EntryJudgement(ApiModel):
    state: EntryState = Field(description="whether it belongs to the campaign")

    model_config = ApiModel.model_config | example({"state": "accepted"})


class EntryView(ApiModel):
    id: UUID = Field(description="the entry's id")
    network: Network = Field(description="where it was said")
    kind: EntryKind = Field(description="a comment, a repost, or a post that names the union")
    author_name: str | None = Field(description="who said it; never shown to those who only take part")
    text: str | None = Field(description="its latest wording; never shown to those who only take part")
    url: str | None = Field(description="where it is; never shown to those who only take part")
    state: EntryState = Field(description="words that changed after they were accepted are `pending` again")
    is_removed: bool = Field(description="whether its author took it back")
    said_at: datetime = Field(description="when it was said")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, entry: CampaignEntry, *, of_people: bool) -> Self:
        """Without `of_people` nothing by which its author could be found."""
        of_author = {"author_name", "text", "url"}
        return cls(
            **entry.model_dump(include=set(cls.model_fields) - of_author),
            author_name=entry.author_name if of_people else None,
            text=entry.text if of_people else None,
            url=entry.url if of_people else None,
        )
