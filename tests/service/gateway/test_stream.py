"""Event streams through a real server: live, resumed, for who may hear, and no longer than that."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from services.gateway.routing.actions.news import PAGE
from services.gateway.webhooks.actions import take_event
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts.events import EventData, OrganizationEvent, PublicationEvent, RequestEvent, occurred
from shared.db import asyncpg_url
from shared.identity import system
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.serving import listening, serving
from tests.service.gateway.union import Gateway, Union, open_gateway


@pytest_asyncio.fixture(scope="module")
async def gateway(ground: Ground) -> AsyncGenerator[Gateway, None]:
    """It looks again, and is heard, many times a second."""
    hasty = {"stream_check_seconds": 0.05, "heartbeat_seconds": 0.1, "streams_per_caller": 2}
    async with open_gateway(ground, **hasty) as gateway:
        yield gateway
        await gateway.rooms.state.streams.close()


@pytest_asyncio.fixture
async def url(gateway: Gateway) -> AsyncGenerator[str, None]:
    async with serving(gateway.edge) as url:
        yield url
    pool = gateway.runtime.database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


async def token_of(union: Union, name: str | None = None) -> str:
    tokens = await union.gateway.tokens(name or union.sign_in_name)
    return str(tokens["access_token"])


async def happens(union: Union, organization_id: str | UUID | None = None, name: str = "publication.published") -> str:
    """Something happens; returns its subject's id."""
    subject, where = new_id(), UUID(str(organization_id or union.id))
    data: EventData
    if name.startswith("request"):
        data = RequestEvent(request_id=str(subject), kind="legal", state="new")
    elif name.startswith("organization"):
        data = OrganizationEvent(organization_id=subject, version=1)
    else:
        data = PublicationEvent(publication_id=subject, kind="news", state="published")
    message = occurred(name, where, data, union.gateway.clock.now())
    async with unit_of_work(union.gateway.runtime, union.id, system(union.id)) as context:
        await take_event(context, message)
    return str(subject)


async def test_what_happens_is_told_as_it_happens(union: Union, url: str) -> None:
    await happens(union)  # before: not told
    async with listening(url, "/v1/stream", await token_of(union)) as stream:
        answer = stream.answer
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert "content-encoding" not in answer.headers
        first = await happens(union)
        told = await stream.next(1)
        assert told is not None
        assert (told.event, told.data["data"]["publication_id"]) == ("publication.published", first)
        assert told.id == str(told.data["sequence"])
        assert told.data["organization_id"] == str(union.id)
        await asyncio.sleep(0.5)
        second = await happens(union, name="organization.changed")
        told = await stream.next(1)
        assert told is not None
        assert told.data["subject"] == f"organization:{second}"
        assert stream.heartbeats >= 3


@pytest.mark.parametrize("by_header", [True, False])
async def test_who_comes_back_misses_nothing(union: Union, url: str, by_header: bool) -> None:
    happened = [await happens(union) for _ in range(PAGE + 20)]
    token = await token_of(union)
    path, headers = ("/v1/stream", {"last-event-id": "10"}) if by_header else ("/v1/stream?after=10", {})
    async with listening(url, path, token, **headers) as stream:
        for number, subject in enumerate(happened[10:], 11):
            told = await stream.next()
            assert told is not None
            assert (told.id, told.data["data"]["publication_id"]) == (str(number), subject)


async def test_what_cannot_be_a_number_is_refused(union: Union, url: str) -> None:
    for path in ("/v1/stream?after=-1", "/v1/stream?after=x", f"/v1/stream?after={2**63}", "/v1/stream?since=1"):
        async with listening(url, path, await token_of(union)) as stream:
            assert stream.answer.status_code == 422, path


async def test_only_what_one_may_see_is_told(gateway: Gateway, union: Union, url: str) -> None:
    theirs, others = await union.organization(), await union.organization()
    officer = await union.person(theirs["id"])
    await union.grant(officer["id"], Role.INFORMATION_OFFICER, theirs["id"])
    foreign = await gateway.found()
    async with listening(
        url, "/v1/stream?after=0", await token_of(union, await union.sign_in_of(officer["id"]))
    ) as stream:
        await happens(union, others["id"])
        await happens(union)
        await happens(foreign)
        await happens(union, theirs["id"], "request.created")
        seen = await happens(union, theirs["id"])
        told = await stream.next()
        assert told is not None
        assert told.data["data"]["publication_id"] == seen
    await foreign.admin.aclose()


async def test_without_a_token_there_is_no_stream(gateway: Gateway, url: str) -> None:
    async with gateway.client() as client:
        assert (await client.get("/v1/stream")).status_code == 401
    async with listening(url, "/v1/stream", "nonsense") as stream:
        assert stream.answer.status_code == 401


async def test_a_stream_ends_with_its_session(gateway: Gateway, union: Union, url: str) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    async with listening(url, "/v1/stream", tokens["access_token"]) as stream, gateway.client() as client:
        await happens(union)
        assert await stream.next() is not None
        ended = await client.post("/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]})
        assert ended.status_code == 204
        gateway.clock.advance(timedelta(seconds=6))
        assert await stream.next() is None


async def test_a_stream_ends_when_a_right_is_taken(gateway: Gateway, union: Union, url: str) -> None:
    person = await union.person()
    grant = await union.grant(person["id"], Role.CHAIR)
    async with listening(url, "/v1/stream", await token_of(union, await union.sign_in_of(person["id"]))) as stream:
        assert (await union.admin.delete(f"/v1/grants/{grant['id']}")).status_code == 204
        gateway.clock.advance(timedelta(seconds=6))
        assert await stream.next() is None


async def test_a_stream_outlives_ones_own_writes(gateway: Gateway, union: Union, url: str) -> None:
    """They change the position of the caller, not what they may do."""
    token = await token_of(union)
    async with listening(url, "/v1/stream", token) as stream, gateway.client(token) as client:
        body = {"parent_id": str(union.id), "kind": "primary", "name": "Новая"}
        assert (await client.post("/v1/organizations", json=body)).status_code == 201
        gateway.clock.advance(timedelta(seconds=6))
        await asyncio.sleep(0.2)
        await happens(union)
        assert await stream.next() is not None


async def test_one_has_only_so_many_and_a_client_that_leaves_gives_its_place_back(union: Union, url: str) -> None:
    token = await token_of(union)
    async with listening(url, "/v1/stream", token) as first, listening(url, "/v1/stream", token):
        await happens(union)
        assert await first.next() is not None
        async with listening(url, "/v1/stream", token) as third:
            assert third.answer.status_code == 429
            await third.answer.aread()
            assert third.answer.json()["code"] == "stream.too_many"
            assert int(third.answer.headers["retry-after"]) > 0
    async with asyncio.timeout(3):
        while True:
            async with listening(url, "/v1/stream", token) as again:
                if again.answer.status_code == 200:
                    break
            await asyncio.sleep(0.02)


async def test_streams_hold_no_connection_of_the_pool(gateway: Gateway, union: Union, url: str) -> None:
    chairs = [await union.person() for _ in range(4)]
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(listening(url, "/v1/stream", token))
            for chair in chairs
            for token in [await token_of(union, await union.sign_in_of(chair["id"]))]
            for _ in range(2)
        ]
        assert {stream.answer.status_code for stream in streams} == {200}
        assert (await union.admin.get("/v1/organizations")).status_code == 200
    statements: list[str] = []
    async with listening(url, "/v1/stream", await token_of(union)) as stream:
        await happens(union)
        assert await stream.next() is not None
        with gateway.counting(statements):
            await happens(union)
            assert await stream.next() is not None
    reads = [statement for statement in statements if "gateway.event" in statement and statement.startswith("SELECT")]
    assert 2 <= len(reads) <= 8  # those of one or two looks, not of a loop


async def test_a_listening_connection_that_dies_costs_nothing_but_time(ground: Ground, union: Union, url: str) -> None:
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    async with listening(url, "/v1/stream", await token_of(union)) as stream:
        await happens(union)
        assert await stream.next() is not None
        async with engine.begin() as connection:
            killed = await connection.execute(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )
            assert killed.scalar_one() >= 1
        await happens(union)
        assert await stream.next() is not None
    await engine.dispose()
