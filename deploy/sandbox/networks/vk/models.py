"""Parameters of the modelled methods. A parameter that is not modelled is refused, never ignored."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator


def _flag(value: JsonValue) -> JsonValue:
    if value in ("0", "1"):
        return value == "1"
    raise ValueError("should be 0 or 1")


def _listed(value: JsonValue) -> JsonValue:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _from_text(value: JsonValue) -> JsonValue:
    return json.loads(value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]
Names = Annotated[list[str], BeforeValidator(_listed)]
Ids = Annotated[list[int], BeforeValidator(_listed)]


Answer = Annotated[str, Field(min_length=1, max_length=100)]


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(Parameters):
    pass


class GroupsGetById(Parameters):
    group_ids: Names = Field(default=[])
    group_id: str | None = None
    fields: Names = Field(default=[])


class GroupParameters(Parameters):
    group_id: int = Field(ge=1)


class GroupsGetMembers(Parameters):
    group_id: str
    count: int = Field(default=1000, ge=0, le=1000)
    offset: int = Field(default=0, ge=0)
    sort: Literal["id_asc", "id_desc"] = "id_asc"


class AddCallbackServer(GroupParameters):
    url: str
    title: str = Field(max_length=14)
    secret_key: str = Field(default="", max_length=50)


class CallbackServers(GroupParameters):
    server_ids: Ids = Field(default=[])


class DeleteCallbackServer(GroupParameters):
    server_id: int


class UsersGet(Parameters):
    user_ids: Names = Field(default=[], max_length=1000)
    fields: Names = Field(default=[])


class WallPost(Parameters):
    owner_id: int
    from_group: Flag = False
    message: str = ""
    attachments: Names = Field(default=[])
    guid: str | None = None
    signed: Flag = False
    close_comments: Flag = False
    mute_notifications: Flag = False


class WallRepost(Parameters):
    object: str = Field(pattern=r"^wall-?\d+_\d+$")
    message: str = ""
    group_id: int = Field(ge=1)
    mute_notifications: Flag = False


class WallEdit(Parameters):
    owner_id: int
    post_id: int
    message: str = ""
    attachments: Names = Field(default=[])


class WallCreateComment(Parameters):
    owner_id: int
    post_id: int
    from_group: int = Field(ge=1)
    message: str = Field(min_length=1)
    reply_to_comment: int | None = None
    guid: str | None = None


class PollsCreate(Parameters):
    owner_id: int
    question: str = Field(min_length=1)
    add_answers: Annotated[list[Answer], BeforeValidator(_from_text)] = Field(min_length=1, max_length=10)
    is_anonymous: Flag = False
    is_multiple: Flag = False
    end_date: int = Field(default=0, ge=1_550_700_000)


class PollsGetById(Parameters):
    owner_id: int
    poll_id: int


class StoriesGetPhotoUploadServer(Parameters):
    group_id: int = Field(ge=1)
    add_to_news: Flag = False


class StoriesSave(Parameters):
    upload_results: Names


class StoriesDelete(Parameters):
    owner_id: int
    story_id: int


class StatsGetPostReach(Parameters):
    owner_id: int = Field(lt=0)
    post_ids: Ids = Field(min_length=1, max_length=30)


class WallGet(Parameters):
    owner_id: int | None = None
    domain: str | None = None
    offset: int = Field(default=0, ge=0)
    count: int = Field(default=20, ge=0, le=100)
    filter: Literal["owner", "all"] = "all"
    extended: Flag = False


class WallGetById(Parameters):
    posts: Names
    extended: Flag = False


class WallDelete(Parameters):
    owner_id: int
    post_id: int


class GetWallUploadServer(Parameters):
    group_id: int = Field(ge=1)


class SaveWallPhoto(Parameters):
    group_id: int = Field(ge=1)
    photo: str
    server: int
    hash: str
    caption: str = Field(default="", max_length=2048)


class KeyboardAction(Parameters):
    type: Literal["text", "callback", "open_link"]
    label: str = Field(min_length=1, max_length=40)
    payload: str = Field(default="", max_length=255)
    link: str | None = None

    @model_validator(mode="after")
    def is_whole(self) -> "KeyboardAction":
        if self.payload:
            json.loads(self.payload)  # "must be valid JSON"
        if (self.type == "open_link") is not (self.link is not None):
            raise ValueError("a link belongs to open_link")
        return self


class KeyboardButton(Parameters):
    action: KeyboardAction
    color: Literal["default", "primary", "secondary", "positive", "negative"] | None = None


class Keyboard(Parameters):
    one_time: bool = False
    inline: bool = False
    buttons: list[list[KeyboardButton]]

    @model_validator(mode="after")
    def fits(self) -> "Keyboard":
        rows, places = (6, 10) if self.inline else (10, 40)
        widest = max(map(len, self.buttons), default=0)
        if len(self.buttons) > rows or sum(map(len, self.buttons)) > places or widest > 5:  # noqa: PLR2004
            raise ValueError("too many buttons")
        if self.inline and self.one_time:
            raise ValueError("an inline keyboard is not one_time")
        return self


class MessagesSend(Parameters):
    user_id: int | None = None
    peer_id: int | None = None
    random_id: int = Field(ge=-(2**63), lt=2**63)
    message: str = ""
    attachment: str = ""
    keyboard: Annotated[Keyboard | None, BeforeValidator(_from_text)] = None
    payload: str = Field(default="", max_length=1000)
    dont_parse_links: Flag = False
    disable_mentions: Flag = False
    group_id: int | None = None


class SendMessageEventAnswer(Parameters):
    event_id: str
    user_id: int
    peer_id: int
    event_data: str = Field(default="", max_length=1000)
