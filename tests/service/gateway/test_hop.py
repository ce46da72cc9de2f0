"""The hop to a service over a real socket: both streams untouched, and every way in which it may fail."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from services.gateway.main import create_edge
from services.gateway.routing.actions.edge import Edge
from shared.contracts import ServiceName
from tests.service.gateway.serving import serving
from tests.service.gateway.union import Gateway, echo

BIG = b"0123456789abcdef" * 200_000  # 3.2 MB: more than is passed on in one piece


class Upstream:
    """A service whose paths each do something else. It remembers what it saw of clients that left."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.left = asyncio.Event()
        self.came = 0
        self.waiting = 0
        self.changed = asyncio.Condition()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["path"].rsplit("/", 1)[-1]:
            case "big":
                await self._answer(send, BIG, [(b"content-length", str(len(BIG)).encode())])
            case "chunks":
                await self._answer(send, BIG, [])
            case "zipped":
                await self._answer(send, gzip.compress(b"hello"), [(b"content-encoding", b"gzip")])
            case "moved":
                await self._answer(send, b"", [(b"location", b"/elsewhere"), (b"content-length", b"0")], 307)
            case "nothing":
                await self._answer(send, b"", [], 204)
            case "secretive":
                await self._answer(
                    send, b"ok", [(b"connection", b"x-inner"), (b"x-inner", b"1"), (b"x-vmeste-a", b"1")]
                )
            case "broken":
                await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
                raise ConnectionAbortedError
            case "hang":
                await self._hang(receive)
            case _:
                await echo(scope, receive, send)

    async def wait_until(self, state: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(state)

    async def _hang(self, receive: Receive) -> None:
        self.entered.set()
        async with self.changed:
            self.came += 1
            self.waiting += 1
            self.changed.notify_all()
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        async with self.changed:
            self.waiting -= 1
            self.changed.notify_all()

    async def _answer(self, send: Send, body: bytes, headers: list[tuple[bytes, bytes]], status: int = 200) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest_asyncio.fixture
async def upstream() -> Upstream:
    return Upstream()


@asynccontextmanager
async def edge_before(gateway: Gateway, url: str, **settings: object) -> AsyncGenerator[Edge, None]:
    chosen = gateway.settings.model_copy(update=settings)
    edge = create_edge(gateway.rooms, chosen, {ServiceName.SURVEYS: url})
    yield edge
    await edge.close()


@pytest_asyncio.fixture
async def client(gateway: Gateway, upstream: Upstream) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with (
        serving(upstream) as url,
        edge_before(gateway, url) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        yield client


async def test_a_path_arrives_as_it_was_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events/a%2Fb/..%2F%D0%B6?q=%20a+b")
    assert answer.json()["path"] == "/v1/events/a%2Fb/..%2F%D0%B6"


@pytest.mark.parametrize("size", [0, 10, 70_000, 3_000_000])
async def test_a_body_arrives_whole(client: httpx.AsyncClient, size: int) -> None:
    assert (await client.post("/v1/events", content=b"x" * size)).json()["size"] == size


@pytest.mark.parametrize("chunk", [10, 50_000])
async def test_a_body_without_a_length_arrives_whole(client: httpx.AsyncClient, chunk: int) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * chunk

    answer = await client.post("/v1/events", content=body())
    assert answer.json()["size"] == 20 * chunk


@pytest.mark.parametrize("path", ["big", "chunks"])
async def test_a_large_answer_comes_whole(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/v1/events/{path}")).content == BIG


async def test_what_is_zipped_stays_zipped(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events/zipped")
    assert (answer.headers["content-encoding"], answer.content) == ("gzip", b"hello")


async def test_a_redirect_is_the_clients_business(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events/moved")
    assert (answer.status_code, answer.headers["location"]) == (307, "/elsewhere")


async def test_an_answer_without_a_body_has_none(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/v1/events/nothing")).status_code == 204
    head = await client.head("/v1/events/big")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(BIG)))


async def test_what_belongs_to_the_hop_is_not_passed_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events/secretive")
    assert not {"x-inner", "x-vmeste-a", "date", "server"} & set(answer.headers)


async def test_a_header_that_is_no_text_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events", headers=[(b"x-note", b"\xff\xfe")])
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_a_stream_beyond_the_limit_is_cut(gateway: Gateway, upstream: Upstream) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 50_000

    async with (
        serving(upstream) as url,
        edge_before(gateway, url, max_upload_bytes=200_000) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        answer = await client.post("/v1/events", content=body())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_service_that_is_not_there_is_unavailable(gateway: Gateway) -> None:
    async with (
        edge_before(gateway, "http://127.0.0.1:1") as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        answer = await client.get("/v1/events", headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_service_that_hangs_up_is_unavailable(gateway: Gateway) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with (
        server,
        edge_before(gateway, url) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        answer = await client.post("/v1/events", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")


async def test_a_service_that_stays_silent_is_given_up(gateway: Gateway, upstream: Upstream) -> None:
    async with (
        serving(upstream) as url,
        edge_before(gateway, url, answer_seconds=0.2) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        answer = await client.get("/v1/events/hang")
        assert (answer.status_code, answer.json()["code"]) == (504, "service_timeout")
        assert int(answer.headers["retry-after"]) > 0
        await asyncio.wait_for(upstream.left.wait(), 2)


async def test_a_client_that_leaves_frees_the_service(gateway: Gateway, upstream: Upstream) -> None:
    async with serving(upstream) as inner, edge_before(gateway, inner) as edge, serving(edge) as outer:
        host, port = outer.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/events/hang HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}")
        await asyncio.wait_for(upstream.entered.wait(), 2)
        writer.close()
        await asyncio.wait_for(upstream.left.wait(), 2)


async def test_hundreds_of_clients_that_leave_leak_nothing(gateway: Gateway, upstream: Upstream) -> None:
    async with serving(upstream) as inner, edge_before(gateway, inner) as edge, serving(edge) as outer:
        async with httpx.AsyncClient(base_url=outer) as client:
            for round_ in range(1, 13):
                hanging = [asyncio.create_task(client.get("/v1/events/hang")) for _ in range(25)]
                await upstream.wait_until(lambda came=25 * round_: upstream.came == came)
                for task in hanging:
                    task.cancel()
                await asyncio.gather(*hanging, return_exceptions=True)
            assert (await client.get("/v1/events")).status_code == 200
        await upstream.wait_until(lambda: upstream.waiting == 0)


async def test_an_answer_that_breaks_off_is_not_passed_for_whole(gateway: Gateway, upstream: Upstream) -> None:
    async with (
        serving(upstream) as inner,
        edge_before(gateway, inner) as edge,
        serving(edge) as outer,
        httpx.AsyncClient(base_url=outer) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/v1/events/broken")


async def test_a_real_server_in_front_refuses_a_body_of_two_lengths(gateway: Gateway, upstream: Upstream) -> None:
    async with serving(upstream) as inner, edge_before(gateway, inner) as edge, serving(edge) as outer:
        host, port = outer.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        )
        answer = await asyncio.wait_for(reader.read(4096), 2)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400")
