"""Pages in browsers: only those that somebody registered ask, and only a union's own read what is the union's."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union

PAGE = "https://app.union.example"
PREFLIGHT = {"access-control-request-method": "PATCH", "access-control-request-headers": "authorization,if-match"}


@pytest_asyncio.fixture
async def page(gateway: Gateway, union: Union) -> AsyncGenerator[str, None]:
    """The union's page, which every process knows by now."""
    page = f"https://{union.id}.example"
    answer = await union.admin.put(origins_of(union), json={"origins": [page]})
    assert answer.status_code == 200, answer.text
    gateway.clock.advance(timedelta(seconds=11))
    yield page
    await union.admin.put(origins_of(union), json={"origins": []})
    gateway.clock.advance(timedelta(seconds=11))


def origins_of(union: Union) -> str:
    return f"/v1/organizations/{union.id}/origins"


def allowed(answer: httpx.Response) -> str | None:
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers.get("vary", "")
    origin = answer.headers.get("access-control-allow-origin")
    assert origin != "*"
    return origin


async def test_a_page_that_somebody_registered_may_ask(gateway: Gateway, page: str) -> None:
    async with gateway.client() as client:
        answer = await client.options("/v1/organizations", headers={"origin": page, **PREFLIGHT})
        assert (answer.status_code, allowed(answer), answer.content) == (204, page, b"")
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        for name in ("Authorization", "If-Match", "Idempotency-Key", "Last-Event-ID"):
            assert name in answer.headers["access-control-allow-headers"]
        assert int(answer.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "*", ""])
async def test_no_other_page_may(gateway: Gateway, page: str, origin: str) -> None:
    for asking in (origin, page + ".evil.example", page.replace("https", "http"), page + "/"):
        async with gateway.client() as client:
            answer = await client.options("/v1/organizations", headers={"origin": asking, **PREFLIGHT})
            assert (answer.status_code, allowed(answer)) == (405, None)
            assert allowed(await client.get("/v1/organizations", headers={"origin": asking})) is None


async def test_a_page_reads_what_is_its_own_unions(gateway: Gateway, union: Union, page: str) -> None:
    foreign = await gateway.found()
    own = await union.admin.get("/v1/organizations", headers={"origin": page})
    assert (own.status_code, allowed(own)) == (200, page)
    assert {"ETag", "Location", "Retry-After", "RateLimit"} <= set(
        own.headers["access-control-expose-headers"].split(", ")
    )
    through_the_hop = await union.admin.get("/v1/events", headers={"origin": page})
    assert allowed(through_the_hop) == page
    others = await foreign.admin.get("/v1/organizations", headers={"origin": page})
    assert (others.status_code, allowed(others)) == (200, None)
    assert allowed(await union.admin.get("/v1/organizations")) is None
    await foreign.admin.aclose()


async def test_a_page_reads_refusals_and_what_is_public(gateway: Gateway, page: str) -> None:
    async with gateway.client() as client:
        assert allowed(await client.get("/v1/events", headers={"origin": page})) == page
        refused = await client.get("/v1/me", headers={"origin": page})
        assert (refused.status_code, allowed(refused)) == (401, page)
    async with gateway.client("nonsense") as client:
        over = await client.get("/v1/me", headers={"origin": page})
        assert (over.status_code, allowed(over)) == (401, page)


async def test_what_is_taken_back_is_over_within_seconds(gateway: Gateway, union: Union, page: str) -> None:
    kept = await union.admin.get(origins_of(union))
    assert kept.json() == {"origins": [page], "version": 1}
    assert (await union.admin.put(origins_of(union), json={"origins": []})).json() == {"origins": [], "version": 2}
    gateway.clock.advance(timedelta(seconds=11))
    assert allowed(await union.admin.get("/v1/organizations", headers={"origin": page})) is None
    stale = await union.admin.put(
        origins_of(union), json={"origins": [page]}, headers={"if-match": kept.headers["etag"]}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


async def test_two_unions_may_have_the_same_page(gateway: Gateway, union: Union, page: str) -> None:
    other = await gateway.found()
    assert (await other.admin.put(origins_of(other), json={"origins": [page]})).status_code == 200
    gateway.clock.advance(timedelta(seconds=11))
    for client in (union.admin, other.admin):
        assert allowed(await client.get("/v1/organizations", headers={"origin": page})) == page
    await other.admin.put(origins_of(other), json={"origins": []})
    await other.admin.aclose()


async def test_a_part_has_its_own_pages(gateway: Gateway, union: Union, page: str) -> None:
    part, its_page = await union.organization(), f"https://part.{union.id}.example"
    path = f"/v1/organizations/{part['id']}/origins"
    assert (await union.admin.put(path, json={"origins": [its_page, page]})).status_code == 200
    gateway.clock.advance(timedelta(seconds=11))
    assert allowed(await union.admin.get("/v1/organizations", headers={"origin": its_page})) == its_page
    assert (await union.admin.put(path, json={"origins": []})).status_code == 200
    gateway.clock.advance(timedelta(seconds=11))
    assert allowed(await union.admin.get("/v1/organizations", headers={"origin": its_page})) is None
    assert allowed(await union.admin.get("/v1/organizations", headers={"origin": page})) == page


async def test_only_who_manages_the_organization_says_so(gateway: Gateway, union: Union) -> None:
    part, foreign = await union.organization(), await gateway.found()
    body = {"origins": [PAGE]}
    lawyer = await union.staff(Role.LAWYER)
    chair_of_part = await union.staff(Role.CHAIR, part["id"])
    for client, status in ((lawyer, 403), (chair_of_part, 404), (foreign.admin, 404)):
        assert (await client.put(origins_of(union), json=body)).status_code == status
        assert (await client.get(origins_of(union))).status_code == status
        await client.aclose()
    assert (await union.admin.get(origins_of(union))).json() == {"origins": [], "version": 0}


async def test_what_is_no_origin_is_refused(union: Union) -> None:
    for origins in (["*"], ["https://a.example/path"], ["http://a.example"], [PAGE] * 21):
        answer = await union.admin.put(origins_of(union), json={"origins": origins})
        assert answer.status_code == 422, origins
    doubled = await union.admin.put(origins_of(union), json={"origins": [PAGE, PAGE.upper() + ":443"]})
    assert doubled.json()["origins"] == [PAGE]
