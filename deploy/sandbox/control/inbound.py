"""What people do: each act is recorded, shown on the page, and told to the hooks as far as the network tells it."""

from typing import Generic, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, Field

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
async def comments_write(body: AtPost, here: Here) -> Told[Comment]:
    """A person comments on a post. MAX tells its bots nothing of it."""
    people = People(here, body.network)
    comment, updates = people.comment(body.community_id, body.person_id, body.text, body.post_number)
    return Told(record=comment, updates=updates)


@router.post("/reposts", status_code=201)
async def reposts_make(body: AtPost, here: Here) -> Told[Repost]:
    """A person passes a post on. VK alone tells of it."""
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
