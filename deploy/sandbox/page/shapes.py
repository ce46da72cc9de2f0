"""The shapes of what the public page shows. Numbers by which the control API knows things are texts: a browser rounds them."""

from datetime import datetime

from pydantic import BaseModel

from deploy.sandbox.records import PostFormat, Span


class PictureView(BaseModel):
    url: str
    alt: str
    width: int
    height: int


class ReactionView(BaseModel):
    who: str
    text: str
    at: datetime


class ButtonView(BaseModel):
    text: str
    link: str | None


class MenuItemView(BaseModel):
    """What a bot or community offers at any time."""

    text: str
    said: str | None  # what choosing it writes; None: it is pressed like a button


class OptionView(BaseModel):
    text: str
    votes: int


class PollView(BaseModel):
    question: str
    options: list[OptionView]
    voters: int
    closed: bool


class SourceView(BaseModel):
    """What a repost carries further."""

    url: str
    text: str


class PostView(BaseModel):
    """What was taken down keeps its place and its time, and says nothing any more."""

    id: str
    number: str  # by which the control API knows it, in its community
    format: PostFormat
    withdrawn: bool
    visible_until: datetime | None
    poll: PollView | None
    source: SourceView | None
    text: str
    spans: list[Span]
    pictures: list[PictureView]
    buttons: list[list[ButtonView]]
    at: datetime
    edited: bool
    comments: list[ReactionView]
    reposts: list[ReactionView]
    reactions: int


class CommunityView(BaseModel):
    id: str
    number: str
    account_id: str  # whom people write to: the community's bot, or itself
    title: str
    handle: str
    description: str
    followers: int
    stories: list[PostView]  # those that can still be seen, newest first
    posts: list[PostView]


class LineView(BaseModel):
    id: str
    number: str
    mine: bool  # the person's own, on the right as in their own app
    text: str
    spans: list[Span]
    pictures: list[PictureView]
    buttons: list[list[ButtonView]]
    pressed: str | None
    at: datetime


class DialogView(BaseModel):
    id: str
    person_id: str
    person: str
    account_id: str
    account: str
    menu: list[MenuItemView]
    lines: list[LineView]


class NetworkView(BaseModel):
    name: str
    title: str
    communities: list[CommunityView]
    dialogs: list[DialogView]


class MailView(BaseModel):
    id: str
    to: str
    sender: str
    subject: str
    text: str
    at: datetime


class PageView(BaseModel):
    version: int
    networks: list[NetworkView]
    mails: list[MailView]  # newest first
