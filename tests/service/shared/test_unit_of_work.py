"""One request, one transaction: kept when the answer is built, undone whatever goes wrong, and nothing left behind."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from shared.identity import HEADER, IdentitySigner
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import MakeKit, Rows
from tests.service.shared.notes import NoteWritten
from tests.service.shared.waiting import eventually

CANARY = "canary-7f3a"


def chair(kit: ServiceKit, tenant: Tenant) -> httpx.AsyncClient:
    """A client that, as a server would, answers 500 where the application raised."""
    client = kit.client(tenant.caller(Role.CHAIR))
    client._transport = httpx.ASGITransport(kit.app, raise_app_exceptions=False)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the kit's raises
    return client


def connections_in_use(kit: ServiceKit) -> int:
    pool = kit.runtime.database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


async def words_of(kit: ServiceKit, tenant: Tenant) -> list[str]:
    async with kit.transaction(tenant) as context:
        return list((await context.store.execute(text("SELECT words FROM surveys.note ORDER BY id"))).scalars())


def new_note(tenant: Tenant, **more: object) -> dict[str, object]:
    return {"organization_id": str(tenant.root), "words": CANARY, **more}


async def test_an_effect_and_its_message_are_kept_together(kit: ServiceKit, tenant: Tenant) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", json=new_note(tenant))
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/notes/{answer.json()['id']}"
    assert await words_of(kit, tenant) == [CANARY]
    assert [message.words for message in await kit.emitted(tenant, NoteWritten)] == [CANARY]


@pytest.mark.parametrize(("then", "status"), [("problem", 409), ("defect", 500), ("no commit", 500)])
async def test_what_fails_leaves_nothing(kit: ServiceKit, tenant: Tenant, then: str, status: int) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", json=new_note(tenant, then=then))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert CANARY not in answer.text
    assert await words_of(kit, tenant) == []
    assert await kit.emitted(tenant, NoteWritten) == []


async def test_a_defect_is_logged_without_what_was_sent(
    kit: ServiceKit, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    async with chair(kit, tenant) as client:
        await client.post("/v1/notes", json=new_note(tenant, then="defect"))
    out = capsys.readouterr().out
    assert "request.failed" in out
    assert "notes_create" in out
    assert "RuntimeError" in out
    assert CANARY not in out


async def test_a_request_that_takes_too_long_is_undone(make_kit: MakeKit) -> None:
    kit = make_kit(request_seconds=0.2)
    tenant = await kit.new_tenant()
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", json=new_note(tenant, then="slow"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert (await client.get("/v1/notes")).status_code == 200
    assert await words_of(kit, tenant) == []


async def test_a_server_that_stops_in_mid_request_undoes_it(kit: ServiceKit, tenant: Tenant) -> None:
    async with chair(kit, tenant) as client:
        request = asyncio.create_task(client.post("/v1/notes", json=new_note(tenant, then="slow")))
        await eventually(lambda: connections_in_use(kit) == 1)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert await words_of(kit, tenant) == []


async def test_a_client_gone_in_mid_body_leaves_nothing(
    kit: ServiceKit, tenant: Tenant, signer: IdentitySigner
) -> None:
    """A thousand of them leave no connection behind either."""
    identity = signer.sign(kit.service, tenant.caller(Role.CHAIR), kit.clock.now())
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/notes",
        "raw_path": b"/v1/notes",
        "query_string": b"",
        "headers": [(HEADER.encode(), identity.encode()), (b"content-type", b"application/json")],
    }

    async def go_away() -> None:
        parts = iter([{"type": "http.request", "body": b'{"organ', "more_body": True}, {"type": "http.disconnect"}])

        async def receive() -> MutableMapping[str, Any]:
            return next(parts)

        async def send(_: MutableMapping[str, Any]) -> None:
            return

        await kit.app(dict(scope), receive, send)

    for _ in range(50):
        await asyncio.gather(*(go_away() for _ in range(20)))
    assert connections_in_use(kit) == 0
    assert await words_of(kit, tenant) == []


async def test_requests_that_fail_leak_no_connection(make_kit: MakeKit) -> None:
    kit = make_kit(database_pool=2)
    tenant = await kit.new_tenant()
    async with chair(kit, tenant) as client:
        for then in ("problem", "defect", "no commit"):
            await asyncio.gather(*(client.post("/v1/notes", json=new_note(tenant, then=then)) for _ in range(10)))
        assert (await client.get("/v1/notes")).status_code == 200


async def test_a_route_that_works_outside_keeps_what_it_wrote(kit: ServiceKit, tenant: Tenant) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes/outside", json=new_note(tenant))
    assert answer.status_code == 201
    assert await words_of(kit, tenant) == [CANARY]


async def test_without_a_database_it_says_come_back(make_kit: MakeKit, tenant: Tenant) -> None:
    kit = make_kit(database_url="postgresql://nobody@/nothing?host=/nonexistent&port=1")
    async with chair(kit, tenant) as client:
        refused = await client.get("/v1/notes")
        ready = await client.get("/health/ready")
        alive = await client.get("/health/live")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert ready.status_code == 503
    assert alive.status_code == 200


async def test_without_redis_it_is_ready_and_says_so(make_kit: MakeKit, kit: ServiceKit) -> None:
    lonely = make_kit(redis_url="unix:///nonexistent/redis")
    for service, expected in (
        (lonely, {"status": "degraded", "redis": False}),
        (kit, {"status": "ready", "redis": True}),
    ):
        async with service.client() as client:
            answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (200, expected)


async def test_connections_that_the_server_cut_are_replaced(kit: ServiceKit, tenant: Tenant, as_owner: Rows) -> None:
    async with chair(kit, tenant) as client:
        assert (await client.get("/v1/notes")).status_code == 200
        await as_owner(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'vmeste-surveys' "
            "AND datname = current_database()"
        )
        answers = [await client.get("/v1/notes") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 200, 200]


async def test_everything_is_counted_by_route_and_status(kit: ServiceKit, tenant: Tenant) -> None:
    async with chair(kit, tenant) as client:
        for then in ("", "problem", "defect"):
            await client.post("/v1/notes", json=new_note(tenant, then=then))
        for method in ("BREW", "PROPFIND"):  # made up by a client: one label for all of them
            await client.request(method, "/v1/notes")
        figures = (await client.get("/metrics")).text
    assert figures.count('vmeste_requests_total{method="other"') == 1
    for status in (201, 409, 500):
        assert f'vmeste_requests_total{{method="POST",route="/notes",status="{status}"}} 1.0' in figures


@pytest.mark.parametrize(("words", "status"), [("я" * 200, 201), ("я" * 201, 422), ("x" * 900_000, 422), ("\0", 422)])
async def test_words_have_their_length(kit: ServiceKit, tenant: Tenant, words: str, status: int) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", json=new_note(tenant) | {"words": words})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"organization_id": "\\ud800", "words": "x"}', id="half a character"),
        pytest.param(b'{"words": "\\ud800"}', id="half a character in words"),
        pytest.param(b"[" * 100_000, id="brackets"),
        pytest.param(b'{"size": NaN}', id="NaN"),
        pytest.param(b'{"size": 1e400}', id="1e400"),
        pytest.param(b'{"words": "a", "words": "b"}', id="twice"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="no text"),
    ],
)
async def test_hostile_bodies_are_refused(kit: ServiceKit, tenant: Tenant, body: bytes) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/json; charset=q"]
)
async def test_another_kind_of_content_is_refused(kit: ServiceKit, tenant: Tenant, kind: str) -> None:
    async with chair(kit, tenant) as client:
        answer = await client.post("/v1/notes", content=b"<xml/>", headers={"content-type": kind})
    assert 400 <= answer.status_code < 500


async def test_half_a_character_never_reaches_the_database(kit: ServiceKit, tenant: Tenant) -> None:
    async with chair(kit, tenant) as client:
        body = b'{"organization_id": "%s", "words": "\\ud800"}' % str(tenant.root).encode()
        answer = await client.post("/v1/notes", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
