"""An answer without an end, between an application and a client who leaves, stalls, or may no longer hear."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Send

from services.gateway.routing.actions.listening import Listening

SECONDS = 0.01


class Client:
    """Takes what it is sent, until it is stuck."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.left = asyncio.Event()
        self.stuck = False

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.got.append(message)

    @property
    def was_ended_properly(self) -> bool:
        return self.got[-1] == {"type": "http.response.body", "body": b""}


async def endless(receive: Receive, send: Send) -> None:
    """An application that talks on until its client has left."""

    async def talk() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
            await asyncio.sleep(0)

    talking = asyncio.create_task(talk())
    while (await receive())["type"] != "http.disconnect":
        pass
    talking.cancel()


async def serve(
    client: Client, may_still_hear: Callable[[], Awaitable[bool]], app: Callable[[Receive, Send], Awaitable[None]]
) -> None:
    listening = Listening(client.receive, client.send, may_still_hear, SECONDS, stalled_seconds=0.05)
    async with asyncio.timeout(2):
        await app(listening.receive, listening.send)
        await listening.close()


async def always() -> bool:
    return True


async def test_who_may_no_longer_hear_is_told_that_it_is_over() -> None:
    client, asked = Client(), list[int]()

    async def three_times() -> bool:
        asked.append(len(client.got))
        return len(asked) < 3

    await serve(client, three_times, endless)
    assert len(asked) == 3
    assert client.was_ended_properly


async def test_whoever_cannot_be_looked_at_hears_no_more() -> None:
    client = Client()

    async def broken() -> bool:
        raise RuntimeError

    await serve(client, broken, endless)
    assert client.was_ended_properly


async def test_a_client_that_takes_nothing_is_given_up_and_fills_no_memory() -> None:
    client = Client()

    async def stall(receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().call_later(0.02, setattr, client, "stuck", True)
        await endless(receive, send)

    await serve(client, always, stall)
    assert not client.was_ended_properly  # its connection is cut


async def test_a_client_that_leaves_is_noticed() -> None:
    client = Client()
    asyncio.get_running_loop().call_later(0.02, client.left.set)
    await serve(client, always, endless)
    assert not client.was_ended_properly


async def test_an_answer_that_ends_by_itself_is_left_alone() -> None:
    client = Client()

    async def short(_: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 429, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    await serve(client, always, short)
    assert [message["type"] for message in client.got] == ["http.response.start", "http.response.body"]
