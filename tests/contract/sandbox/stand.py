"""The stand-ins on a real socket, callers that check each reply against the official schema, and a hook to listen at."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import httpx
import uvicorn
from PIL import Image
from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.schemas import validate_call, validate_hook, validate_reply

SECRET = "a-hook_secret"
PATIENCE = 5.0
VK_EVENTS = (
    "message_new message_allow message_event wall_post_new wall_reply_new wall_reply_edit wall_reply_delete "
    "wall_repost like_add like_remove poll_vote_new group_join group_leave"
)


@asynccontextmanager
async def served(app: Starlette, port: int = 0) -> AsyncGenerator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def parsed(response: httpx.Response) -> JsonObject:
    return as_object(response.json())


def png(width: int = 64, height: int = 48) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(content, "PNG")
    return content.getvalue()


@dataclass
class Stand:
    """The control API, and one community per network with what it takes to call as it."""

    client: httpx.AsyncClient
    communities: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    people: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def address(self) -> str:
        return str(self.client.base_url).rstrip("/")

    async def order(self, path: str, **body: object) -> JsonObject:
        response = await self.client.post(f"/control{path}", json=body)
        assert response.is_success, response.text
        return parsed(response) if response.content else {}

    async def seen(self, path: str, **query: str | int) -> list[JsonObject]:
        response = await self.client.get(f"/control{path}", params=query)
        assert response.is_success, response.text
        return [as_object(item) for item in as_list(response.json())]

    async def settings(self, **changes: object) -> None:
        assert (await self.client.patch("/control/settings", json=changes)).is_success

    async def fault(self, kind: str, network: str, **more: object) -> int:
        return cast("int", (await self.order("/faults", kind=kind, network=network, **more))["id"])

    async def open(self, network: str) -> None:
        """A community and a person who has not written yet."""
        title = "Профсоюз завода"
        self.communities[network] = await self.order(
            "/communities", network=network, title=title, handle="union", followers=1200
        )
        person = await self.order("/people", network=network, first_name="Анна", last_name="Серова", username="serova")
        self.people[network] = cast("int", person["id"])

    def community(self, network: str) -> int:
        return cast("int", self.communities[network]["id"])

    def account(self, network: str) -> int:
        """Whom people write to."""
        bot = self.communities[network]["bot"]
        return cast("int", as_object(bot)["id"]) if bot else self.community(network)

    def token(self, network: str, kind: str) -> str:
        community = self.communities[network]
        holder = as_object(community["bot"]) if community["bot"] else community
        tokens = {str(as_object(t)["kind"]): str(as_object(t)["token"]) for t in as_list(holder["tokens"])}
        return tokens[kind]

    async def write(self, network: str, text: str = "Здравствуйте") -> JsonObject:
        return await self.order(
            "/inbound/messages",
            network=network,
            account_id=self.account(network),
            person_id=self.people[network],
            text=text,
        )

    async def press(self, network: str, button: str) -> JsonObject:
        return await self.order(
            "/inbound/presses",
            network=network,
            account_id=self.account(network),
            person_id=self.people[network],
            button=button,
        )

    async def at_community(self, act: str, network: str, **more: object) -> JsonObject:
        body = {"network": network, "community_id": self.community(network), "person_id": self.people[network], **more}
        return await self.order(f"/inbound/{act}", **body)

    async def telegram(self, method: str, files: Mapping[str, bytes] | None = None, /, **params: object) -> JsonObject:
        """Call as the channel's bot. The reply fits the schema whatever it says."""
        token = self.token("telegram", "bot")
        form = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        uploads = {name: (f"{name}.png", content, "image/png") for name, content in (files or {}).items()}
        response = await self.client.post(f"/telegram/bot{token}/{method}", data=form, files=uploads or None)
        reply = parsed(response)
        assert response.status_code == reply.get("error_code", 200)
        if reply["ok"]:
            validate_call("telegram", method, {**params, **({"photo": ""} if "photo" in uploads else {})})
        validate_reply("telegram", method, reply)
        return reply

    async def vk(self, method: str, kind: str = "community", /, **params: object) -> JsonObject:
        return await self.vk_with(self.token("vk", kind), method, **params)

    async def vk_with(self, token: str, method: str, /, **params: object) -> JsonObject:
        headers = {"Authorization": f"Bearer {token}"}
        form = {name: str(value) for name, value in params.items()} | {"v": "5.199"}
        response = await self.client.post(f"/vk/method/{method}", data=form, headers=headers)
        assert response.status_code == 200
        reply = parsed(response)
        if "response" in reply:
            validate_call("vk", method, form)
        validate_reply("vk", method, reply)
        return reply

    async def max(
        self, method: str, query: Mapping[str, str | int] | None = None, body: JsonObject | None = None
    ) -> tuple[int, JsonObject]:
        verb, path = method.split()
        template, numbers = path, {name: name.strip("{}") for name in ("{chatId}", "{messageId}", "{chatLink}")}
        params: dict[str, str | int] = dict(query or {})
        for place, name in numbers.items():
            if place in path:
                path = path.replace(place, str(params.pop(name)))
        headers = {"Authorization": self.token("max", "bot")}
        content = None if body is None else json.dumps(body)
        response = await self.client.request(verb, f"/max{path}", params=params, content=content, headers=headers)
        reply = parsed(response)
        if response.status_code == 200:
            validate_call("max", f"{verb} {template}", {**dict(query or {}), **(body or {})})
        validate_reply("max", f"{verb} {template}", reply, response.status_code)
        return response.status_code, reply


def vk_error(reply: JsonObject) -> int:
    return cast("int", as_object(reply["error"])["error_code"])


def telegram_error(reply: JsonObject) -> tuple[int, str]:
    return cast("int", reply["error_code"]), str(reply["description"])


@dataclass
class Listener:
    """A hook that answers as it is told and keeps what came, in the order of its coming."""

    network: str
    answer: Callable[[JsonObject], tuple[int, str]] = lambda _: (200, "ok")
    bodies: list[JsonObject] = field(default_factory=list[JsonObject])
    headers: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    at_once: int = 0
    most_at_once: int = 0
    together: asyncio.Barrier | None = None  # nobody is answered before all are there
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def hear(self, request: Request) -> Response:
        body = as_object(cast("JsonValue", await request.json()))
        validate_hook(self.network, body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await (asyncio.sleep(0.01) if self.together is None else self.together.wait())
        self.at_once -= 1
        async with self.came:
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            self.came.notify_all()
        status, text = self.answer(body)
        return PlainTextResponse(text, status)

    async def heard(self, count: int) -> list[JsonObject]:
        async with asyncio.timeout(PATIENCE), self.came:
            await self.came.wait_for(lambda: len(self.bodies) >= count)
        return self.bodies


@asynccontextmanager
async def listening(network: str, port: int = 0) -> AsyncGenerator[tuple[Listener, str]]:
    listener = Listener(network)
    async with served(Starlette(routes=[Route("/hook", listener.hear, methods=["POST"])]), port) as address:
        yield listener, f"{address}/hook"


async def hook_up(stand: Stand, listener: Listener, url: str) -> None:
    """Register the listener for everything that its network tells."""
    match listener.network:
        case "telegram":
            kinds = ["message", "edited_message", "callback_query", "chat_member", "message_reaction_count", "poll"]
            reply = await stand.telegram("setWebhook", url=url, secret_token=SECRET, allowed_updates=kinds)
            assert reply["ok"]
        case "vk":
            group_id = stand.community("vk")
            code = as_object((await stand.vk("groups.getCallbackConfirmationCode", group_id=group_id))["response"])[
                "code"
            ]
            listener.answer = lambda body: (200, str(code) if body["type"] == "confirmation" else "ok")
            reply = await stand.vk(
                "groups.addCallbackServer", group_id=group_id, url=url, title="Вместе", secret_key=SECRET
            )
            server_id = as_object(reply["response"])["server_id"]
            flags = dict.fromkeys(VK_EVENTS.split(), 1)
            await stand.vk("groups.setCallbackSettings", group_id=group_id, server_id=server_id, **flags)
            await listener.heard(1)
            await confirmed(stand)
            listener.bodies.clear()
        case _:
            status, _ = await stand.max("POST /subscriptions", body={"url": url, "secret": SECRET})
            assert status == 200


async def confirmed(stand: Stand) -> None:
    """Until VK has made up its mind about the confirmation code."""
    async with asyncio.timeout(PATIENCE):
        while any(hook["state"] == "waiting" for hook in await stand.seen("/hooks", network="vk")):  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.01)
