"""Messages on their way to MAX: images, the wait until MAX has worked on them, and what is forwarded."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import Image
from services.publisher.networks.max.calls import BotApi
from services.publisher.networks.max.wire import Chat, Messages, UploadAddress, Uploaded
from services.publisher.networks.outcomes import Rejected, Retry
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused

FIRST_PAUSE = 0.5  # seconds before a post is tried again whose image MAX still works on; doubles
LOOK_AT = 100  # the latest messages, at most what one call gives
_LINK = re.compile(r"@?[a-zA-Z]+[\w-]*", re.ASCII)

Result = TypeVar("Result", bound=BaseModel)
Attachment = dict[str, object]


async def upload(api: BotApi, account: Account, image: Image) -> Attachment:
    """Raises Refused."""
    address = await api.call(account, "POST", "/uploads", UploadAddress, query={"type": "image"})
    extension = "png" if image.content_type == "image/png" else "jpg"
    file = ("data", (f"image.{extension}", image.content, image.content_type))
    uploaded = await api.upload(address.url, file, Uploaded)
    if not uploaded.photos:
        raise Refused(Rejected(reason("image_refused")))
    return {"type": "image", "payload": uploaded.model_dump()}


async def put(
    api: BotApi,
    account: Account,
    method: str,
    query: Mapping[str, str],
    body: Mapping[str, object],
    result: type[Result],
    budget: Budget,
) -> Result:
    """Call `/messages` once; again only after MAX said that it had not done it, an image not being ready."""
    effect = Effect.ONCE if method == "POST" else Effect.KEYED
    pause = FIRST_PAUSE
    while True:
        try:
            async with budget.effect():
                return await api.call(account, method, "/messages", result, query=query, body=body, effect=effect)
        except Refused as refused:
            if not _not_ready(refused) or budget.spare < pause:
                raise
        await asyncio.sleep(pause)
        pause *= 2


async def forwardable(api: BotApi, account: Account, url: str, home: str) -> str | None:
    """The message that stands at `url`, where it is one of MAX that our bot may read; else None. Raises Refused.

    MAX gives a message its address and takes none: the latest of its channel are looked through.
    """
    if not url.startswith(f"{home}/"):
        return None
    address = urlsplit(url)
    link, _, rest = address.path.removeprefix(urlsplit(home).path).strip("/").partition("/")
    if not rest or _LINK.fullmatch(link) is None:
        return None
    try:
        chat = await api.call(account, "GET", f"/chats/{link}", Chat)
        query = {"chat_id": str(chat.chat_id), "count": str(LOOK_AT)}
        messages = (await api.call(account, "GET", "/messages", Messages, query=query)).messages
    except Refused as refused:
        if isinstance(refused.outcome, Rejected):  # not our bot's to read
            return None
        raise
    return next((message.body.mid for message in messages if message.url == url), None)


def new_message(text: str, attachments: Sequence[Attachment], forwarded: str | None = None) -> dict[str, object]:
    link = None if forwarded is None else {"type": "forward", "mid": forwarded}
    return {"text": text or None, "attachments": list(attachments) or None, "link": link}


def _not_ready(refused: Refused) -> bool:
    return isinstance(refused.outcome, Retry) and refused.outcome.reason.code == "network.image_not_ready"
