"""Parameters of the modelled methods, as OK's documentation names them. What is not modelled is refused, never ignored."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Json, JsonValue

GroupId = Annotated[int, Field(gt=0)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: JsonValue) -> JsonValue:
    return list(value.split(",")) if isinstance(value, str) else value


Listed = Annotated[list[str], BeforeValidator(_listed)]


class CurrentUser(Strict):
    fields: Listed = Field(default_factory=list[str])


class UsersInfo(Strict):
    uids: Listed
    fields: Listed


class GroupInfo(Strict):
    uids: Listed
    fields: Listed


class UserGroups(Strict):
    group_id: GroupId
    uids: Listed


class UploadUrl(Strict):
    gid: GroupId
    count: int = Field(default=1, ge=1)


class TextBlock(Strict):
    type: Literal["text"]
    text: str = Field(min_length=1)


class PhotoReference(Strict):
    id: str = Field(description="the token that the upload gave")


class PhotoBlock(Strict):
    type: Literal["photo"]
    photos: list[PhotoReference] = Field(alias="list", min_length=1)


class LinkBlock(Strict):
    type: Literal["link"]
    url: str = Field(pattern=r"^https?://")


class PollAnswer(Strict):
    text: str = Field(min_length=1)


class PollBlock(Strict):
    type: Literal["poll"]
    question: str = Field(min_length=1)
    answers: list[PollAnswer] = Field(min_length=1)
    options: Annotated[
        list[Literal["SingleChoice", "AnonymousVoting", "ResultsAfterVoting", "VotingClosed"]], BeforeValidator(_listed)
    ] = Field(default_factory=list[Literal["SingleChoice", "AnonymousVoting", "ResultsAfterVoting", "VotingClosed"]])


Block = Annotated[TextBlock | PhotoBlock | LinkBlock | PollBlock, Field(discriminator="type")]


class Attachment(Strict):
    media: list[Block] = Field(min_length=1)
    onBehalfOfGroup: Literal["true", "false"] = "false"  # noqa: N815 OK's own name


class TopicPost(Strict):
    type: Literal["GROUP_THEME"]
    gid: GroupId
    attachment: Json[Attachment]


class TopicDelete(Strict):
    gid: GroupId
    topic_id: str


class TopicStatistics(Strict):
    topic_id: str
    fields: Listed
