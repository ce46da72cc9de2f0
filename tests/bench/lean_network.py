"""A Telegram that only counts, as a process of its own: the sandbox's checks of every call would be the bottleneck.

It answers what connecting a group and posting into it need, notes the moment of each post by its chat and its bot, and
judges the network's limits on a `report`: in no span of a limit's length more posts than it allows.
"""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES, Allowance
from tests.chaos.processes import log_to

_END: Final = b"\r\n\r\n"
_BOT: Final = b"/telegram/bot"


class Seen:
    """Every post that was taken, since the last `reset`."""

    def __init__(self) -> None:
        self.by_chat: defaultdict[int, list[float]] = defaultdict(list)
        self.by_bot: defaultdict[int, list[float]] = defaultdict(list)
        self.texts: Counter[tuple[int, str]] = Counter()
        self.posts = 0

    def take(self, bot_id: int, chat_id: int, text: str) -> int:
        """Returns the post's number."""
        now = time.time()
        self.by_chat[chat_id].append(now)
        self.by_bot[bot_id].append(now)
        self.texts[chat_id, text] += 1
        self.posts += 1
        return self.posts

    def report(self, pace: float) -> dict[str, Any]:
        """`pace` times as fast as the network allows is within its limits; 0 is without limits."""
        takes = CAPABILITIES[Network.TELEGRAM]
        return {
            "posts": self.posts,
            "doubled": sum(times - 1 for times in self.texts.values()),
            "first": sorted(min(moments) for moments in self.by_chat.values()),
            "last": max((moments[-1] for moments in self.by_chat.values()), default=0.0),
            "exceeded": 0
            if pace == 0
            else exceeded(self.by_chat.values(), takes.per_target, pace)
            + exceeded(self.by_bot.values(), takes.per_token, pace),
        }


def exceeded(places: Collection[list[float]], allowances: Collection[Allowance], pace: float) -> int:
    """How many posts were one too many in a span that ends with them."""
    count = 0
    for moments in places:
        for each in allowances:
            pairs = zip(moments, moments[each.calls :], strict=False)
            count += sum(later - earlier < each.seconds / pace for earlier, later in pairs)
    return count


def answered(seen: Seen, path: bytes, body: bytes) -> object:
    if path == b"/posts":
        return {"posts": seen.posts}
    if path.startswith(b"/report/"):
        return seen.report(float(path.rpartition(b"/")[2]))
    if path == b"/reset":
        seen.__init__()
        return {}
    token, _, method = path.removeprefix(_BOT).partition(b"/")
    bot_id = int(token.partition(b":")[0])
    asked: Mapping[str, Any] = json.loads(body) if body else {}
    return {"ok": True, "result": _result(seen, bot_id, method.decode(), asked)}


def _result(seen: Seen, bot_id: int, method: str, asked: Mapping[str, Any]) -> object:
    match method:
        case "sendMessage":
            chat_id = int(asked["chat_id"])
            number = seen.take(bot_id, chat_id, asked["text"])
            return {"message_id": number, "date": int(time.time()), "chat": {"id": chat_id, "type": "supergroup"}}
        case "getMe":
            return {"id": bot_id, "is_bot": True, "first_name": "bench", "username": f"bench_{bot_id}_bot"}
        case "getChat":
            return {"id": asked["chat_id"], "type": "supergroup", "title": "Профком"}
        case "getChatMember":
            return {"status": "administrator"}
        case "getChatMemberCount":
            return 100
        case _:
            return True


class Line(asyncio.Protocol):
    """One connection: requests with a length, one after another."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(_END)) >= 0:
            head = self._read[:end]
            length = _length(head)
            rest = end + len(_END)
            if len(self._read) < rest + length:
                return
            body, self._read = self._read[rest : rest + length], self._read[rest + length :]
            path = head.split(b" ", 2)[1]
            content = json.dumps(answered(self._seen, path, body)).encode()
            self._transport.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
                % (len(content), content)
            )


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def be_network(log: Path, port: int) -> None:
    log_to(log)

    async def serve() -> None:
        seen = Seen()
        server = await asyncio.get_running_loop().create_server(lambda: Line(seen), "127.0.0.1", port, backlog=512)
        await server.serve_forever()

    asyncio.run(serve())
