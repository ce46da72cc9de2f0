"""What nobody of good will sends: refused at the edge, soon, and by name."""

import asyncio
import time
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio

from services.gateway.routing.actions.breaker import FAILURES, MOST_WAITING, REST_SECONDS
from shared.contracts import ServiceName
from tests.service.gateway.serving import serving
from tests.service.gateway.test_hop import Upstream, edge_before
from tests.service.gateway.union import Gateway, Union, echo

SOON = 0.1  # seconds


@pytest_asyncio.fixture
async def client(gateway: Gateway) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with gateway.client() as client:
        yield client


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/v1/events/" + "a" * 8200, {}, 414, "address_too_long"),
        ("/v1/events?q=" + "a" * 8200, {}, 414, "address_too_long"),
        ("/v1/events", {f"x-{number}": "1" for number in range(100)}, 431, "headers_too_large"),
        ("/v1/events", {"x-long": "a" * 33_000}, 431, "headers_too_large"),
        ("/v1/events", {"range": "bytes=" + ",".join(f"{n}-{n}" for n in range(10_000))}, 431, "headers_too_large"),
        ("/v1/me", {"authorization": "Bearer " + "a" * 3000}, 401, "unauthenticated"),
    ],
)
async def test_what_is_too_large_is_refused_soon(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    began = time.process_time()
    answer = await client.get(path, headers=headers)
    assert time.process_time() - began < SOON
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-7",
        "application/json; charset=" + "x" * 10_000,
        "application/xml",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "-" * 20_000,
        "application/x-www-form-urlencoded",
        "application/json, text/html",
        "\x01",
        ";" * 1000,
        "application/json;" * 500,
    ],
)
async def test_a_hostile_content_type_makes_no_defect(union: Union, content_type: str) -> None:
    """What is JSON nonetheless is read as JSON; nothing else is read."""
    for content in (b"{}", b"[" * 10_000, b"\xff\xfe", b"--a\r\n" * 2000):
        began = time.process_time()
        answer = await union.admin.post(
            "/v1/organizations", content=content, headers={"content-type": content_type, "accept-encoding": "\x01gzip"}
        )
        assert time.process_time() - began < SOON
        assert answer.status_code in {400, 415, 422}, answer.text
        assert answer.json()["code"]


async def post_slowly(url: str, framing: str, parts: list[bytes]) -> tuple[bytes, float]:
    """A client that sends a part each 20 ms and then no more. Returns the answer, and after how long it came."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    began = time.perf_counter()
    writer.write(f"POST /v1/events HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{framing}\r\n\r\n".encode())
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.02)
    answer = await asyncio.wait_for(reader.read(), 3)
    writer.close()
    return answer, time.perf_counter() - began


@pytest.mark.parametrize("framing", ["content-length: 10", "transfer-encoding: chunked", "content-length: 100000"])
async def test_a_body_that_does_not_come_is_not_waited_for(gateway: Gateway, upstream: Upstream, framing: str) -> None:
    """Whether it would be gathered or streamed to the service."""
    async with (
        serving(upstream) as inner,
        edge_before(gateway, inner, body_seconds=0.2) as edge,
        serving(edge) as outer,
    ):
        part = b"1\r\nx\r\n" if "chunked" in framing else b"x"
        answer, seconds = await post_slowly(outer, framing, [part] * 3)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"body_too_slow"' in answer
        assert 0.1 < seconds < 1
        answer, _ = await post_slowly(outer, "content-length: 3", [b"x"] * 3)
        assert answer.startswith(b"HTTP/1.1 200")


@pytest_asyncio.fixture
async def upstream() -> Upstream:
    return Upstream()


async def test_a_service_that_is_away_is_named_and_left_alone_for_a_while(gateway: Gateway) -> None:
    came = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with (
        server,
        edge_before(gateway, url) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        answers = [await client.post("/v1/events", headers={"accept-language": "en"}) for _ in range(FAILURES + 20)]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert ServiceName.SURVEYS in answer.json()["detail"]
        assert 1 <= int(answer.headers["retry-after"]) <= REST_SECONDS
    assert came == FAILURES


async def test_a_service_that_comes_back_is_found(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.routing.actions.breaker.REST_SECONDS", 0.2)
    async with serving(echo) as url:
        pass
    async with (
        edge_before(gateway, url) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        for _ in range(FAILURES + 1):
            assert (await client.get("/v1/events")).status_code == 503
        async with serving(echo, int(url.rpartition(":")[2])):
            await asyncio.sleep(0.25)
            assert {(await client.get("/v1/events")).status_code for _ in range(3)} == {200}


async def test_who_comes_while_a_service_hangs_is_told_at_once(gateway: Gateway, upstream: Upstream) -> None:
    async with (
        serving(upstream) as url,
        edge_before(gateway, url, answer_seconds=30) as edge,
        httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://vmeste.test") as client,
    ):
        hanging = [asyncio.create_task(client.get("/v1/events/hang")) for _ in range(MOST_WAITING)]
        await upstream.wait_until(lambda: upstream.waiting == MOST_WAITING)
        began = time.perf_counter()
        answer = await client.get("/v1/events")
        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert time.perf_counter() - began < SOON
        assert (await client.get("/v1/organizations")).status_code == 401  # the gateway's own rooms go on
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        await upstream.wait_until(lambda: upstream.waiting == 0)
        assert (await client.get("/v1/events")).status_code == 200
