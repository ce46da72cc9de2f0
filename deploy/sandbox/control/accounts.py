"""Accounts: who is on the networks, and with which tokens."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.accounts import AccountError, NewCommunity, open_bot, open_community, open_person
from deploy.sandbox.control.common import Body, Here, NetworkName
from deploy.sandbox.records import Bot, Button, Community, CredentialKind, Person
from deploy.sandbox.sandbox import Sandbox

router = APIRouter(tags=["accounts"])
Handle = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{2,40}$")]


class PersonOrder(Body):
    network: NetworkName
    first_name: str = Field(min_length=1, max_length=64, examples=["Мария"])
    last_name: str = Field(default="", max_length=64, examples=["Иванова"])
    username: Handle | None = None


class BotOrder(Body):
    network: NetworkName
    name: str = Field(min_length=1, max_length=64)
    username: Handle
    token: str | None = Field(default=None, description="any well-formed token; without it one is made")


class CommunityOrder(Body):
    network: NetworkName
    title: str = Field(min_length=1, max_length=128, examples=["Московский профсоюз"])
    handle: Handle
    description: str = Field(default="", max_length=255)
    followers: int = Field(default=0, ge=0)
    bot_id: int | None = Field(default=None, description="Telegram, MAX: a bot that is there; without it one is made")
    token: str | None = Field(default=None, description="the new bot's token, or the VK community's")
    has_stories: bool = Field(default=True, description="VK: whether the community is one that may have stories")
    user_token: str | None = Field(default=None, description="VK: the managing person's token")


class TokenView(BaseModel):
    kind: CredentialKind
    token: str
    subject_id: int


class BotView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    network: str
    id: int
    name: str
    username: str
    menu: list[Button] = Field(description="what the bot offers to everybody who writes to it")
    tokens: list[TokenView]


class CommunityView(BaseModel):
    network: str
    id: int
    title: str
    handle: str
    followers: int = Field(description="with the named members")
    members: list[int]
    bot: BotView | None
    manager_id: int | None
    confirmation_code: str | None
    tokens: list[TokenView]


@router.post("/people", status_code=201)
async def people_create(body: PersonOrder, here: Here) -> Person:
    """Open a person's account; the same username again answers with the same person."""
    return open_person(here, body.network, body.first_name, body.last_name, body.username)


@router.get("/people")
async def people_list(here: Here, network: NetworkName | None = None) -> list[Person]:
    return [person for person in here.world.people if network in {None, person.network}]


@router.post("/bots", status_code=201)
async def bots_create(body: BotOrder, here: Here) -> BotView:
    """Open a bot (Telegram, MAX); the same username again answers with the same bot."""
    try:
        return _bot(here, open_bot(here, body.network, body.name, body.username, body.token))
    except AccountError as error:
        raise HTTPException(422, str(error)) from error


@router.get("/bots")
async def bots_list(here: Here, network: NetworkName | None = None) -> list[BotView]:
    return [_bot(here, bot) for bot in here.world.bots if network in {None, bot.network}]


@router.post("/communities", status_code=201)
async def communities_create(body: CommunityOrder, here: Here) -> CommunityView:
    """Open a channel or community with its tokens; the same handle again answers with the same community."""
    order = NewCommunity(**body.model_dump(exclude={"network"}))
    try:
        return _community(here, open_community(here, body.network, order))
    except AccountError as error:
        raise HTTPException(422, str(error)) from error


@router.get("/communities")
async def communities_list(here: Here, network: NetworkName | None = None) -> list[CommunityView]:
    return [_community(here, c) for c in here.world.communities if network in {None, c.network}]


def _tokens(here: Sandbox, network: str, subject_id: int) -> list[TokenView]:
    found = here.world.tokens_of(network, subject_id)
    return [TokenView(kind=c.kind, token=c.token, subject_id=c.subject_id) for c in found]


def _bot(here: Sandbox, bot: Bot) -> BotView:
    return BotView(
        network=bot.network,
        id=bot.id,
        name=bot.name,
        username=bot.username,
        menu=list(bot.menu),
        tokens=_tokens(here, bot.network, bot.id),
    )


def _community(here: Sandbox, community: Community) -> CommunityView:
    bot = here.world.bots.get(community.network, community.bot_id)
    tokens = _tokens(here, community.network, community.id)
    if community.manager_id is not None:
        tokens += _tokens(here, community.network, community.manager_id)
    return CommunityView(
        network=community.network,
        id=community.id,
        title=community.title,
        handle=community.handle,
        followers=community.followers + len(community.members),
        members=list(community.members),
        bot=_bot(here, bot) if bot else None,
        manager_id=community.manager_id,
        confirmation_code=community.confirmation_code,
        tokens=tokens,
    )
