"""What people do: each act is recorded, shown on the page, and told to the hooks as far as the network tells it."""

from typing import Generic, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, Field

from deploy.sandbox.answers import Mention, Poll, Reaction
from deploy.sandbox.control.common import Body, Here, NetworkName
from deploy.sandbox.inbound import People
from deploy.sandbox.records import Comment, Community, Dialog, Message, Press, Record, Repost

router = APIRouter(prefix="/inbound", tags=["inbound"])
R = TypeVar("R", bound=Record)


class Told(BaseModel, Generic[R]):
    record: R
    updates: int = Field(description="how many hooks are told; 0 where the network keeps it to itself")


class Act(Body):
    network: NetworkName
    person_id: int


class ToAccount(Act):
    account_id: int = Field(description="the bot (Telegram, MAX) or the community (VK) that is written to")


class Writing(ToAccount):
    text: str = Field(min_length=1, max_length=4096, examples=["Помогите, пожалуйста, с отпуском"])


class Starting(ToAccount):
    payload: str | None = Field(default=None, max_length=64)


class Pressing(ToAccount):
    button: str = Field(description="the button's label", examples=["5"])
    message_number: int | None = Field(default=None, description="without it the newest message that has the button")


class AtCommunity(Act):
    community_id: int


class Joining(AtCommunity):
    invite_link: str | None = Field(default=None, description="the link that the person followed (Telegram)")


class AtPost(AtCommunity):
    post_number: int | None = Field(default=None, description="without it the newest post")
    text: str = Field(default="", max_length=4096)


class Commenting(AtPost):
    reply_to: int | None = Field(default=None, description="the comment that it answers")


class AtComment(Body):
    network: NetworkName
    community_id: int
    comment_number: int


class CommentEditing(AtComment):
    text: str = Field(min_length=1, max_length=4096)


class Mentioning(AtCommunity):
    text: str = Field(min_length=1, max_length=4096)
    url: str | None = Field(default=None, description="of the person's post; without it the network makes one up")


class Reacting(AtPost):
    emoji: str = Field(default="\N{THUMBS UP SIGN}", max_length=16)
    removed: bool = Field(default=False, description="the person takes the reaction back")


class Voting(AtPost):
    options: list[int] = Field(description="from 0; none takes the vote back", examples=[[0]])


@router.post("/messages", status_code=201)
async def messages_write(body: Writing, here: Here) -> Told[Message]:
    """A person writes a direct message."""
    message, updates = People(here, body.network).write(body.account_id, body.person_id, body.text)
    return Told(record=message, updates=updates)


@router.post("/starts", status_code=201)
async def dialogs_start(body: Starting, here: Here) -> Told[Dialog]:
    """A person opens the dialog, perhaps by a link with a payload."""
    dialog, updates = People(here, body.network).start(body.account_id, body.person_id, body.payload)
    return Told(record=dialog, updates=updates)


@router.post("/presses", status_code=201)
async def buttons_press(body: Pressing, here: Here) -> Told[Press | Message]:
    """A person presses a button; a text button writes its label."""
    people = People(here, body.network)
    record, updates = people.press(body.account_id, body.person_id, body.button, body.message_number)
    return Told[Press | Message](record=record, updates=updates)


@router.post("/comments", status_code=201)
async def comments_write(body: Commenting, here: Here) -> Told[Comment]:
    """A person comments on a post, or answers a comment there."""
    people = People(here, body.network)
    comment, updates = people.comment(body.community_id, body.person_id, body.text, body.post_number, body.reply_to)
    return Told(record=comment, updates=updates)


@router.post("/comments/edits", status_code=201)
async def comments_edit(body: CommentEditing, here: Here) -> Told[Comment]:
    """A person changes a comment of theirs."""
    comment, updates = People(here, body.network).edit_comment(body.community_id, body.comment_number, body.text)
    return Told(record=comment, updates=updates)


@router.post("/comments/removals", status_code=201)
async def comments_remove(body: AtComment, here: Here) -> Told[Comment]:
    """A person takes a comment of theirs away."""
    comment, updates = People(here, body.network).remove_comment(body.community_id, body.comment_number)
    return Told(record=comment, updates=updates)


@router.post("/mentions", status_code=201)
async def mentions_make(body: Mentioning, here: Here) -> Told[Mention]:
    """A person names the community in a post of their own."""
    mention, updates = People(here, body.network).mention(body.community_id, body.person_id, body.text, body.url)
    return Told(record=mention, updates=updates)


@router.post("/reactions", status_code=201)
async def reactions_make(body: Reacting, here: Here) -> Told[Reaction]:
    """A person reacts to a post, or takes that back."""
    people = People(here, body.network)
    reaction, updates = people.react(
        body.community_id, body.person_id, body.emoji, body.post_number, removed=body.removed
    )
    return Told(record=reaction, updates=updates)


@router.post("/votes", status_code=201)
async def votes_give(body: Voting, here: Here) -> Told[Poll]:
    """A person votes in the poll of a post, votes anew, or takes the vote back."""
    people = People(here, body.network)
    poll, updates = people.vote(body.community_id, body.person_id, tuple(body.options), body.post_number)
    return Told(record=poll, updates=updates)


@router.post("/reposts", status_code=201)
async def reposts_make(body: AtPost, here: Here) -> Told[Repost]:
    """A person passes a post on."""
    people = People(here, body.network)
    repost, updates = people.repost(body.community_id, body.person_id, body.text, body.post_number)
    return Told(record=repost, updates=updates)


@router.post("/joins", status_code=201)
async def members_join(body: Joining, here: Here) -> Told[Community]:
    """A person becomes a member, perhaps by an invite link."""
    community, updates = People(here, body.network).join(body.community_id, body.person_id, body.invite_link)
    return Told(record=community, updates=updates)


@router.post("/leaves", status_code=201)
async def members_leave(body: AtCommunity, here: Here) -> Told[Community]:
    community, updates = People(here, body.network).leave(body.community_id, body.person_id)
    return Told(record=community, updates=updates)
