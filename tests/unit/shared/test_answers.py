"""How answers leave: tagged, compressed where it pays and tells nothing, and not at all to who has them."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

from shared.app import IfMatch, check_match, deprecated, etag
from shared.app.answers import SHOWN_ONCE, accepts_gzip, matches, tag_of
from shared.app.middleware import Edge, Metrics
from shared.app.problems import add_problem_handlers
from shared.errors import Invalid, NotFound, Stale

LONG = {"text": "Профсоюз " * 500}
SINCE, SUNSET = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)


routes = APIRouter()


@routes.get("/v1/long")
async def long() -> dict[str, str]:
    return LONG


@routes.get("/v1/auth/long")
async def tokens() -> dict[str, str]:
    return LONG


@routes.get("/v1/secret")
async def secret(request: Request) -> dict[str, str]:
    request.scope[SHOWN_ONCE] = True
    return LONG


@routes.get("/v1/picture")
async def picture() -> Response:
    return Response(b"\x89PNG" * 1000, media_type="image/png")


@routes.get("/v1/zipped")
async def zipped() -> Response:
    return Response(gzip.compress(b"x" * 5000), headers={"content-encoding": "gzip"}, media_type="text/plain")


@routes.get("/v1/things/{version}")
async def thing(version: int, response: Response, note: str = "") -> dict[str, str]:
    etag(response, version)
    return {"note": note}


@routes.patch("/v1/things/{version}")
async def change(version: int, if_match: IfMatch = None) -> dict[str, str]:
    check_match(if_match, version)
    return {}


@routes.get("/v1/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        for _ in range(3):
            yield "data: " + "x" * 2000 + "\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


@routes.get("/v1/old", **deprecated(SINCE, SUNSET, "https://vmeste.test/docs/changelog#old"))
async def old(found: bool = True) -> JSONResponse:
    if not found:
        raise NotFound
    return JSONResponse({})


@routes.post("/v1/long")
async def made() -> PlainTextResponse:
    return PlainTextResponse("ё" * 2000)


@routes.get("/v1/long_stream")
async def long_stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        for _ in range(5):
            await asyncio.sleep(0.05)
            yield "data: {}\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


@routes.get("/v1/slow")
async def slow() -> dict[str, str]:
    await asyncio.sleep(5)
    return {}


def small_app(request_seconds: float = 5) -> FastAPI:
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(routes)
    app.add_middleware(Edge, metrics=Metrics(), max_body_bytes=1000, request_seconds=request_seconds)
    return app


@pytest_asyncio.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient, None]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(small_app()), base_url="http://a") as client:
        yield client


async def test_a_long_text_is_compressed_for_whoever_takes_it(client: httpx.AsyncClient) -> None:
    plain = await client.get("/v1/long", headers={"accept-encoding": "identity"})
    small = await client.get("/v1/long", headers={"accept-encoding": "br, gzip;q=0.8"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 10
    assert small.json() == plain.json() == LONG
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert small.headers["etag"] == plain.headers["etag"]  # weak already: it has no version
    assert (await client.post("/v1/long")).headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/v1/auth/long", "/v1/secret", "/v1/picture", "/v1/things/1", "/v1/stream"])
async def test_secrets_pictures_trifles_and_streams_are_not(client: httpx.AsyncClient, path: str) -> None:
    assert "content-encoding" not in (await client.get(path)).headers


async def test_a_stream_may_take_longer_than_a_request() -> None:
    app = small_app(request_seconds=0.1)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
        assert (await client.get("/v1/long_stream")).text == "data: {}\n\n" * 5
        assert (await client.get("/v1/slow")).status_code == 503


async def test_what_is_compressed_is_not_compressed_again(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/zipped")).text == "x" * 5000


@pytest.mark.parametrize(
    ("accept_encoding", "taken"),
    [
        ("gzip", True),
        ("GZIP ; q = 0.5", True),
        ("*", True),
        ("deflate, *;q=0.1", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
    ],
)
def test_gzip_is_taken_or_not(accept_encoding: str, taken: bool) -> None:
    assert accepts_gzip(accept_encoding) is taken


async def test_who_has_it_gets_it_no_more(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/things/4")
    again = await client.get("/v1/things/4", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert not {"content-type", "content-length", "content-encoding"} & set(again.headers)
    assert again.headers["x-request-id"]
    assert (await client.get("/v1/things/5", headers={"if-none-match": first.headers["etag"]})).status_code == 200


async def test_the_same_version_told_otherwise_is_another_answer(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/things/4")
    other = await client.get("/v1/things/4?note=a", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


async def test_a_change_goes_by_the_version_alone(client: httpx.AsyncClient) -> None:
    tag = (await client.get("/v1/things/4")).headers["etag"]
    assert tag.startswith('"4.')
    for good in (tag, f"W/{tag}", '"4"', f'"3", {tag}', "*"):
        assert (await client.patch("/v1/things/4", headers={"if-match": good})).status_code == 200
    assert (await client.patch("/v1/things/5", headers={"if-match": tag})).status_code == 412
    assert (await client.patch("/v1/things/5", headers={"if-match": "5"})).status_code == 422


def test_tags() -> None:
    assert tag_of('"4"', b"a") != tag_of('"4"', b"b")
    assert tag_of(None, b"a").startswith('W/"')
    assert all(matches(known, '"a"') for known in ("*", 'W/"a"', '"b","a"'))
    assert not any(matches(known, '"a"') for known in ("", '"ab"', '"b"'))
    check_match('"4.abc"', 4)
    with pytest.raises(Stale):
        check_match('"44.abc"', 4)
    with pytest.raises(Invalid):
        check_match('"4', 4)


@pytest.mark.parametrize(("path", "status"), [("/v1/old", 200), ("/v1/old?found=false", 404), ("/v1/old?found=x", 422)])
async def test_what_goes_away_says_so_in_every_answer(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["deprecation"] == "@1793491200"
    assert answer.headers["sunset"] == "Sat, 01 May 2027 00:00:00 GMT"
    assert answer.headers["link"] == '<https://vmeste.test/docs/changelog#old>; rel="deprecation"; type="text/html"'
    assert "deprecation" not in (await client.get("/v1/long")).headers


def test_the_document_says_so_too() -> None:
    assert small_app().openapi()["paths"]["/v1/old"]["get"]["deprecated"] is True
    with pytest.raises(ValueError, match="gone before"):
        deprecated(SUNSET, SINCE, "https://vmeste.test")
