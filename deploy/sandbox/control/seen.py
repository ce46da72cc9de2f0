"""What the stand-ins saw: posts, messages, calls and hooks; their settings; and a fresh start."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from deploy.sandbox.answers import Mention, News, Poll, Reaction
from deploy.sandbox.control.common import Body, Here, NetworkName
from deploy.sandbox.development import open_development_accounts
from deploy.sandbox.hooks import HookAttempt
from deploy.sandbox.records import Comment, Hook, Message, MessageKind, PostFormat, Press, Repost, WaitingUpdate
from deploy.sandbox.wire import CallRecord

router = APIRouter(tags=["seen"])


class Settings(Body):
    """The settings that can be changed while the stand-ins run; what is left out stays."""

    rate_limits: bool | None = None
    upload_processing_seconds: float | None = Field(default=None, ge=0)
    hook_first_retry_seconds: float | None = Field(default=None, gt=0)
    hook_longest_retry_seconds: float | None = Field(default=None, gt=0)
    hook_give_up_seconds: float | None = Field(default=None, gt=0)


class NetworkView(BaseModel):
    name: str
    title: str
    has_bots: bool


@router.get("/networks")
async def networks_list(here: Here) -> list[NetworkView]:
    return [NetworkView(name=n.name, title=n.title, has_bots=n.has_bots) for n in here.networks.values()]


@router.get("/posts")
async def posts_list(
    here: Here,
    network: NetworkName | None = None,
    community_id: int | None = None,
    text: str | None = None,
    format: PostFormat | None = None,  # noqa: A002 the parameter's own name
    deleted: bool = False,
) -> list[Message]:
    """What communities have posted, oldest first; `text` narrows to posts that contain it. `deleted`: also those."""
    return [
        post
        for post in here.world.messages
        if post.kind is MessageKind.POST
        and (deleted or not post.deleted)
        and network in {None, post.network}
        and community_id in {None, post.owner_id}
        and (text is None or text in post.text)
        and format in {None, post.format}
    ]


@router.get("/messages")
async def messages_list(
    here: Here,
    network: NetworkName | None = None,
    account_id: int | None = None,
    person_id: int | None = None,
) -> list[Message]:
    """What was written in dialogs, both ways, oldest first."""
    chats = {(d.network, d.chat_id) for d in here.world.dialogs if person_id in {None, d.person_id}}
    return [
        message
        for message in here.world.messages
        if message.kind is MessageKind.DIRECT
        and network in {None, message.network}
        and account_id in {None, message.owner_id}
        and (message.network, message.chat_id) in chats
    ]


@router.get("/comments")
async def comments_list(here: Here, network: NetworkName | None = None) -> list[Comment]:
    return [comment for comment in here.world.comments if network in {None, comment.network}]


@router.get("/reposts")
async def reposts_list(here: Here, network: NetworkName | None = None) -> list[Repost]:
    return [repost for repost in here.world.reposts if network in {None, repost.network}]


@router.get("/polls")
async def polls_list(here: Here, network: NetworkName | None = None) -> list[Poll]:
    return [poll for poll in here.world.polls if network in {None, poll.network}]


@router.get("/reactions")
async def reactions_list(here: Here, network: NetworkName | None = None) -> list[Reaction]:
    return [reaction for reaction in here.world.reactions if network in {None, reaction.network}]


@router.get("/mentions")
async def mentions_list(here: Here, network: NetworkName | None = None) -> list[Mention]:
    return [mention for mention in here.world.mentions if network in {None, mention.network}]


@router.get("/news")
async def news_list(here: Here, network: NetworkName | None = None) -> list[News]:
    """What networks without hooks have to tell whoever asks them."""
    return [news for news in here.world.news if network in {None, news.network}]


@router.get("/presses")
async def presses_list(here: Here, network: NetworkName | None = None) -> list[Press]:
    """Pressed buttons, and what the bot answered to them."""
    return [press for press in here.world.presses if network in {None, press.network}]


@router.get("/calls")
async def calls_list(
    here: Here, network: NetworkName | None = None, method: str | None = None, after: int = 0
) -> list[CallRecord]:
    """Every call that came in, oldest first, with how it was answered; the newest 20,000 are kept."""
    return [
        call
        for call in here.exchange.calls
        if call.number > after and network in {None, call.network} and (method is None or call.method == method)
    ]


@router.delete("/calls", status_code=204)
async def calls_clear(here: Here) -> None:
    here.exchange.calls.clear()


@router.get("/hooks")
async def hooks_list(here: Here, network: NetworkName | None = None) -> list[Hook]:
    return [hook for hook in here.world.hooks if network in {None, hook.network}]


@router.get("/hooks/waiting")
async def hooks_waiting(here: Here) -> list[WaitingUpdate]:
    """Updates that no hook has taken yet."""
    return list(here.world.waiting)


@router.get("/hooks/attempts")
async def hooks_attempts(here: Here, network: NetworkName | None = None) -> list[HookAttempt]:
    """Every request that was sent to a hook, oldest first; the newest 20,000 are kept."""
    return [a for a in here.hooks.attempts if network is None or a.hook.startswith(f"{network}:")]


@router.post("/hooks/retry", status_code=204)
async def hooks_retry(here: Here) -> None:
    """Send at once whatever pauses between two attempts."""
    here.hooks.retry_now()


@router.patch("/settings")
async def settings_change(body: Settings, here: Here) -> Settings:
    """Change settings of the running stand-ins."""
    for name, value in body.model_dump(exclude_none=True).items():
        setattr(here.settings, name, value)
    here.limits.enforced = here.settings.rate_limits
    return Settings(**here.settings.model_dump(include=set(Settings.model_fields)))


@router.post("/reset", status_code=204)
async def sandbox_reset(here: Here) -> None:
    """Forget everything: accounts, posts, faults, calls. The accounts of the start are there again."""
    here.faults.clear()
    here.world.reset()
    here.exchange.calls.clear()
    here.hooks.attempts.clear()
    here.limits.clear()
    if here.settings.development_accounts:
        open_development_accounts(here)
