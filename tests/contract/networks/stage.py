"""One network as a test meets it: its connector, a community of its own, and what the stand-in saw."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import httpx
from PIL import Image as Picture
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import Button, DirectMessage, Image, Post
from services.publisher.networks.inbound import ButtonPressed, Hook, MentionNoticed, Update
from shared.clock import new_id
from tests.contract.networks.serving import served
from tests.contract.networks.staged.registry import STAGINGS
from tests.contract.networks.staged.staging import Json, Staging, Tells

SECRET = "hook-secret_0123456789abcdef"


@dataclass
class Hearing:
    """What a network tells of an account: by its hook, which is answered as the publisher does, or when it is asked."""

    connector: Connector
    account: Account
    secret: str = SECRET
    verified: list[Update] = field(default_factory=list[Update])
    refused: int = 0
    cursor: str | None = None  # of a network that is asked
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self, request: Request) -> Response:
        if request.method == "GET":
            confirmed = self.connector.answer_to_confirmation(request.query_params, self.secret)
            return Response(status_code=404) if confirmed is None else Response(confirmed.content)
        body = await request.body()
        secret = self.connector.hook_secret(self.account, self.secret)
        async with self.came:
            self.came.notify_all()
            if not self.connector.verify_hook({**request.headers, **request.query_params}, body, secret):
                self.refused += 1
                return Response(status_code=404)
            self.verified += [await self._in_full(update) for update in self.connector.parse_updates(body)]
        answer = self.connector.answer_to_hook(self.account, body)
        return Response(answer.content, media_type=answer.content_type)

    async def _in_full(self, update: Update) -> Update:
        if not isinstance(update, MentionNoticed):
            return update
        return await self.connector.look_up(self.account, update) or update

    async def ask(self) -> None:
        fetched = await self.connector.fetch_updates(self.account, self.cursor)
        assert fetched is not None
        self.cursor = fetched.cursor
        self.verified += fetched.updates

    async def received(self, count: int) -> list[Update]:
        async with asyncio.timeout(5):
            while self.cursor is not None and len(self.verified) < count:
                await self.ask()
            async with self.came:
                await self.came.wait_for(lambda: len(self.verified) >= count)
        return self.verified

    async def acknowledged(self, count: int) -> None:
        """Once so many updates have come: the presses among them, where the network waits for that."""
        for update in await self.received(count):
            if isinstance(update, ButtonPressed) and update.press_id is not None:
                await self.connector.acknowledge(self.account, update.press_id)

    async def turned_away(self) -> None:
        async with asyncio.timeout(5), self.came:
            await self.came.wait_for(lambda: self.refused > 0)


@dataclass
class Stage:
    network: Network
    connector: Connector
    account: Account
    control: httpx.AsyncClient
    community_id: int
    bot_id: int  # whom people write to: the bot, or VK's community itself
    person_id: int
    since: int  # the number of the last call before this test
    breaks_limits: bool = False  # the test sends on purpose what no schema allows

    @property
    def staging(self) -> Staging:
        return STAGINGS[self.network]

    async def order(self, kind: str, method: str | None = None, **more: object) -> None:
        """Let something go wrong at this network, once unless `times` says otherwise."""
        order = {"kind": kind, "network": self.network, "times": 1, **more}
        await self._post("/faults", order if method is None else {**order, "method": method})

    async def clear_faults(self) -> None:
        (await self.control.delete("/control/faults")).raise_for_status()

    async def posts(self) -> list[Json]:
        """What the public sees on the wall."""
        return [one for one in await self.everything_out() if one["format"] != "story"]

    async def answers(self) -> list[Json]:
        """What the person was written."""
        written = await self._get("/messages", network=self.network, person_id=str(self.person_id))
        return [message for message in written if message["outgoing"]]

    async def calls(self) -> list[Json]:
        """Every call to this network since the test began."""
        return await self._get("/calls", network=self.network, after=str(self.since))

    async def calls_of(self, method: str) -> list[Json]:
        """How this community's connector has called `method`."""
        calls = await self._get("/calls", network=self.network, method=method)
        return [call for call in calls if self._concerns(call)]

    def _concerns(self, call: Json) -> bool:
        accounts = call["accounts"]
        return isinstance(accounts, list) and self.community_id in accounts

    @staticmethod
    def pictures_of(post: Json) -> int:
        pictures = post["pictures"]
        assert isinstance(pictures, list)
        return len(cast("list[object]", pictures))  # JSON

    async def settings(self, **changes: object) -> None:
        (await self.control.patch("/control/settings", json=changes)).raise_for_status()

    async def write(self, text: str) -> None:
        await self._post("/inbound/messages", {**self._to_account(), "text": text})

    async def say(self, text: str) -> None:
        """In private; where the network tells of no such thing, below the newest post."""
        if Tells.MESSAGES in self.staging.tells:
            await self.write(text)
            return
        if not await self.posts():
            await self.connector.publish(self.account, post("Новость"))
        await self.comment(text)

    async def press(self, label: str) -> None:
        await self._post("/inbound/presses", {**self._to_account(), "button": label})

    async def act(self, kind: str, **more: object) -> Json:
        """Let the person do something at the community: comments, mentions, reposts, reactions, votes, joins, leaves."""
        body = {"network": self.network, "person_id": self.person_id, "community_id": self.community_id, **more}
        told = await self._post(f"/inbound/{kind}", body)
        return cast("Json", told["record"])

    async def change_comment(self, kind: str, number: object, **more: object) -> None:
        """`kind`: edits or removals."""
        place = {"network": self.network, "community_id": self.community_id, "comment_number": number}
        await self._post(f"/inbound/comments/{kind}", {**place, **more})

    async def comment(self, text: str) -> None:
        await self.act("comments", text=text)

    async def join(self, invite_link: str | None = None) -> None:
        await self.act("joins", invite_link=invite_link)

    async def comments(self) -> list[Json]:
        """What stands below the community's posts, taken away or not."""
        comments = await self._get("/comments", network=self.network)
        return [comment for comment in comments if comment["community_id"] == self.community_id]

    async def polls(self) -> list[Json]:
        return await self._get("/polls", network=self.network)

    async def everything_out(self) -> list[Json]:
        """Posts and stories alike."""
        return await self._get("/posts", network=self.network, community_id=str(self.community_id))

    async def menu(self) -> list[str]:
        """What the account's bot offers to everybody who writes to it."""
        (bot,) = [one for one in await self._get("/bots", network=self.network) if one["id"] == self.bot_id]
        return [str(item["text"]) for item in cast("list[Json]", bot["menu"])]

    async def stories(self) -> list[Json]:
        return await self._get("/posts", network=self.network, community_id=str(self.community_id), format="story")

    @asynccontextmanager
    async def hooked(self) -> AsyncGenerator[Hearing]:
        """The network's hook, registered at a receiver of its own; or the cursor from which it is asked."""
        probe = await self.connector.probe(self.account)
        account = Account(self.account.target, {**self.account.secrets, **probe.learned})
        hearing = Hearing(self.connector, account)
        if not self.staging.calls_hooks:
            await hearing.ask()
            yield hearing
            return
        app = Starlette(routes=[Route("/hook", hearing.answer, methods=["GET", "POST"])])
        async with served(app) as url:
            assert await self.connector.register_hook(account, Hook(f"{url}/hook", SECRET)) is None
            await self.confirmed()
            yield hearing

    async def confirmed(self) -> None:
        """Until VK has asked for the confirmation code; the others ask nothing."""
        async with asyncio.timeout(5):
            while any(hook["state"] == "waiting" for hook in await self.hooks()):  # noqa: ASYNC110 it is asked over HTTP
                await asyncio.sleep(0.01)

    async def hooks(self) -> list[Json]:
        return await self._get("/hooks", network=self.network)

    def _to_account(self) -> Json:
        return {"network": self.network, "person_id": self.person_id, "account_id": self.bot_id}

    async def _get(self, path: str, **query: str) -> list[Json]:
        answer = await self.control.get(f"/control{path}", params=query)
        answer.raise_for_status()
        return json.loads(answer.content)

    async def _post(self, path: str, body: Mapping[str, object]) -> Json:
        answer = await self.control.post(f"/control{path}", json=body)
        assert answer.is_success, answer.text
        return json.loads(answer.content)


async def opened(control: httpx.AsyncClient, connector: Connector, **more: object) -> Stage:
    """A community with its tokens, and a person who has written to it already."""
    network = connector.network
    staging = STAGINGS[network]
    handle = f"union_{new_id().hex[-12:]}"
    body: Json = {"network": network, "title": "Профсоюз завода", "handle": handle, "followers": 1200}
    answer = await control.post("/control/communities", json=body | staging.opening(body) | more)
    assert answer.is_success, answer.text
    community: Json = json.loads(answer.content)
    holder = cast("Json", community["bot"] or community)
    person = await control.post(
        "/control/people", json={"network": network, "first_name": "Анна", "last_name": "Серова"}
    )
    calls = json.loads((await control.get("/control/calls", params={"network": network})).content)
    stage = Stage(
        network=network,
        connector=staging.dressed(connector),
        account=Account(staging.target(community), staging.secrets(community)),
        control=control,
        community_id=cast("int", community["id"]),
        bot_id=cast("int", holder["id"]),
        person_id=json.loads(person.content)["id"],
        since=calls[-1]["number"] if calls else 0,
    )
    if staging.writing is not None:
        await stage.write("Здравствуйте")
    return stage


def post(text: str, *images: Image, delivery_id: UUID | None = None) -> Post:
    return Post(delivery_id or new_id(), text, images)


def message(stage: Stage, text: str, *labels: str) -> DirectMessage:
    buttons = tuple(Button(label, f"rate:{label}") for label in labels)
    return DirectMessage(new_id(), stage.staging.named(stage.person_id), text, buttons)


def image(colour: str = "navy", kind: str = "PNG", size: tuple[int, int] = (64, 64)) -> Image:
    content = io.BytesIO()
    Picture.new("RGB", size, colour).save(content, kind)
    return Image(content.getvalue(), f"image/{kind.lower()}", f"Открытка, фон {colour}")
