"""Partners' keys: shown once, bounded by whoever made them, counted, revoked within seconds."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.gateway.partners.actions.keyring import FRESH_SECONDS
from services.gateway.partners.rules import parse_key
from services.gateway.people.tables import Person
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import PARTNER_SCOPES, Permission, Role
from shared.standing import TenantState, keep_standing
from tests.conftest import Ground
from tests.service.gateway.union import Gateway, Union, open_gateway

SCOPES = ["see_organization", "see_publications"]


async def partner(client: httpx.AsyncClient, organization_id: object, **more: Any) -> dict[str, Any]:
    body = {"organization_id": str(organization_id), "name": "Солидарность", "kind": "newspaper", **more}
    answer = await client.post("/v1/partners", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def new_key(
    gateway: Gateway, client: httpx.AsyncClient, organization_id: object, partner_id: str, **more: Any
) -> httpx.Response:
    body = {
        "organization_id": str(organization_id),
        "label": "Сайт",
        "scopes": SCOPES,
        "expires_at": (gateway.clock.now() + timedelta(days=30)).isoformat(),
        **more,
    }
    return await client.post(f"/v1/partners/{partner_id}/keys", json=body)


@asynccontextmanager
async def keyed(union: Union, **more: Any) -> AsyncGenerator[tuple[httpx.AsyncClient, dict[str, Any]], None]:
    """A client with a new key, and the key as it was shown."""
    owner = await partner(union.admin, union.id)
    answer = await new_key(union.gateway, union.admin, more.pop("organization_id", union.id), owner["id"], **more)
    assert answer.status_code == 201, answer.text
    async with union.gateway.client(answer.json()["key"]) as client:
        yield client, answer.json()


async def test_a_key_reads_what_its_scopes_say_and_nothing_else(union: Union) -> None:
    async with keyed(union) as (client, _):
        listed = await client.get("/v1/organizations")
        assert (listed.status_code, [one["id"] for one in listed.json()["items"]]) == (200, [str(union.id)])
        for path in ("/v1/people", "/v1/grants", "/v1/partners", "/v1/webhooks"):
            assert (await client.get(path)).status_code == 403, path
        refused = await client.get("/v1/me")
        assert (refused.status_code, refused.json()["code"]) == (403, "people_only")
        body = {"parent_id": str(union.id), "kind": "primary", "name": "x"}
        assert (await client.post("/v1/organizations", json=body)).status_code == 403


async def test_a_key_reaches_its_own_branch(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    primary = await union.organization(north["id"])
    async with keyed(union, organization_id=north["id"]) as (client, _):
        seen = {one["id"] for one in (await client.get("/v1/organizations")).json()["items"]}
        assert seen == {north["id"], primary["id"]}
        assert (await client.get(f"/v1/organizations/{south['id']}")).status_code == 404
        assert (await client.get(f"/v1/organizations/{union.id}")).status_code == 404


async def test_a_key_is_shown_once_and_kept_as_a_hash(gateway: Gateway, union: Union, ground: Ground) -> None:
    owner = await partner(union.admin, union.id)
    path = f"/v1/partners/{owner['id']}/keys"
    body = {
        "organization_id": str(union.id),
        "label": "Сайт",
        "scopes": SCOPES,
        "expires_at": (gateway.clock.now() + timedelta(days=30)).isoformat(),
    }
    made = await union.admin.post(path, json=body, headers={"idempotency-key": "one"})
    again = await union.admin.post(path, json=body, headers={"idempotency-key": "one"})
    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "idempotency.shown_once")
    key = made.json()["key"]
    shown = (await union.admin.get(f"{path}/{made.json()['id']}")).json()
    assert "key" not in shown
    assert key.rsplit("_", 1)[0][-43:] not in str(shown)
    parsed = parse_key(key)
    assert parsed is not None
    async with gateway.runtime.database.transaction(union.id) as session:
        rows = (await session.execute(text("SELECT * FROM gateway.partner_key"))).mappings().all()
    (row,) = rows
    assert bytes(row["secret_hash"]) == parsed.hashed
    assert parsed.secret not in bytes(row["secret_hash"])


async def test_nobody_makes_a_key_that_is_wider_than_they_are(gateway: Gateway, union: Union) -> None:
    north = await union.organization(kind="territorial")
    async with await union.staff(Role.INFORMATION_OFFICER, north["id"]) as officer:
        owner = await partner(officer, north["id"])

        async def code(organization_id: object, *scopes: str) -> tuple[int, str]:
            answer = await new_key(gateway, officer, organization_id, owner["id"], scopes=list(scopes))
            return answer.status_code, answer.json().get("code", "")

        assert await code(north["id"], "publish") == (201, "")
        assert await code(union.id, "see_publications") == (404, "not_found")
        assert await code(north["id"], "see_people") == (422, "partner.scope_not_for_partners")
        assert await code(north["id"], "answer_requests") == (422, "partner.scope_not_for_partners")
    async with await union.staff(Role.ADMINISTRATOR, north["id"]) as other:
        refused = await new_key(gateway, other, north["id"], owner["id"], scopes=["see_everything"])
        assert refused.status_code == 422
    async with await union.staff(Role.LAWYER, north["id"]) as lawyer:
        assert (await new_key(gateway, lawyer, north["id"], owner["id"])).status_code == 403


async def test_a_key_loses_what_its_creator_loses(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    grant = await union.grant(person["id"], Role.INFORMATION_OFFICER)
    tokens = await gateway.tokens(await union.sign_in_of(person["id"]))
    async with gateway.client(tokens["access_token"]) as officer:
        owner = await partner(officer, union.id)
        key = (await new_key(gateway, officer, union.id, owner["id"])).json()["key"]
    async with gateway.client(key) as client:
        assert (await client.get("/v1/organizations")).status_code == 200
        assert (await union.admin.delete(f"/v1/grants/{grant['id']}")).status_code == 204
        gateway.clock.advance(timedelta(seconds=FRESH_SECONDS + 1))
        assert (await client.get("/v1/organizations")).status_code == 403


@pytest.mark.parametrize("end", ["merged", "erased"])
async def test_a_key_ends_with_its_creator(gateway: Gateway, union: Union, end: str) -> None:
    person, other = await union.person(), await union.person()
    await union.grant(person["id"], Role.INFORMATION_OFFICER)
    tokens = await gateway.tokens(await union.sign_in_of(person["id"]))
    async with gateway.client(tokens["access_token"]) as officer:
        owner = await partner(officer, union.id)
        key = (await new_key(gateway, officer, union.id, owner["id"])).json()["key"]
    async with gateway.client(key) as client:
        assert (await client.get("/v1/organizations")).status_code == 200
        if end == "merged":
            body = {"survivor_id": other["id"], "merged_id": person["id"]}
            assert (await union.admin.post("/v1/people/merges", json=body)).status_code == 201
        else:
            async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
                (await context.store.get(Person, UUID(person["id"]))).erased_at = context.now
        gateway.clock.advance(timedelta(seconds=FRESH_SECONDS + 1))
        over = await client.get("/v1/organizations")
        assert (over.status_code, over.json()["code"]) == (401, "partner.key_over")


async def test_a_revoked_key_stops_within_seconds_and_stays_in_the_list(gateway: Gateway, union: Union) -> None:
    async with keyed(union) as (client, key):
        assert (await client.get("/v1/organizations")).status_code == 200
        path = f"/v1/partners/{key['partner_id']}/keys"
        assert (await union.admin.delete(f"{path}/{key['id']}")).status_code == 204
        assert (await union.admin.delete(f"{path}/{key['id']}")).status_code == 204
        gateway.clock.advance(timedelta(seconds=FRESH_SECONDS + 1))
        over = await client.get("/v1/organizations")
        assert (over.status_code, over.json()["code"]) == (401, "partner.key_over")
        (listed,) = (await union.admin.get(path)).json()["items"]
        assert listed["revoked_at"] is not None
        assert listed["last_used_on"] == gateway.clock.now().date().isoformat()


async def test_a_suspended_unions_keys_wait_with_it(gateway: Gateway, union: Union) -> None:
    async with keyed(union) as (client, _):
        for version, (state, status) in enumerate(((TenantState.SUSPENDED, 403), (TenantState.ACTIVE, 200)), 1):
            async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
                await keep_standing(context, state, version)
            gateway.clock.advance(timedelta(seconds=FRESH_SECONDS + 1))
            answer = await client.get("/v1/organizations")
            assert (answer.status_code, answer.json().get("code")) == (
                status,
                "tenant.suspended" if status == 403 else None,
            )


async def test_a_key_ends_by_itself(gateway: Gateway, union: Union) -> None:
    until = (gateway.clock.now() + timedelta(minutes=5)).isoformat()
    async with keyed(union, expires_at=until) as (client, _):
        assert (await client.get("/v1/organizations")).status_code == 200
        gateway.clock.advance(timedelta(minutes=6))
        assert (await client.get("/v1/organizations")).status_code == 401


async def test_whatever_is_wrong_with_a_key_is_answered_alike(gateway: Gateway, union: Union) -> None:
    other = await gateway.found()
    async with keyed(union) as (_, shown):
        key: str = shown["key"]
    text_of = parse_key(key)
    assert text_of is not None
    guesses = [
        key[:-1] + ("0" if key[-1] != "0" else "1"),
        str(type(text_of)(text_of.tenant_id, text_of.key_id, bytes(32), False)),
        str(type(text_of)(text_of.tenant_id, text_of.key_id, text_of.secret, True)),
        str(type(text_of)(other.id, text_of.key_id, text_of.secret, False)),
        "vmk_",
        "vmk_live_" + "x" * 5000,
    ]
    bodies = set[str]()
    for guess in guesses:
        async with gateway.client(guess) as client:
            answer = await client.get("/v1/organizations")
            assert answer.status_code == 401, guess
            body = answer.json()
            body.pop("request_id")
            bodies.add(str(body))
    assert len(bodies) == 1
    await other.admin.aclose()


async def test_a_mistyped_key_asks_nothing_of_the_database(gateway: Gateway, union: Union) -> None:
    async with keyed(union) as (_, shown):
        mistyped = shown["key"][:20] + ("A" if shown["key"][20] != "A" else "B") + shown["key"][21:]
    statements: list[str] = []
    async with gateway.client(mistyped) as client:
        with gateway.counting(statements):
            assert (await client.get("/v1/organizations")).status_code == 401
    assert statements == []


async def test_every_answer_to_a_key_says_what_is_left(gateway: Gateway, union: Union) -> None:
    async with keyed(union) as (client, key):
        changed = await union.admin.patch(f"/v1/partners/{key['partner_id']}", json={"requests_per_minute": 5})
        assert changed.status_code == 200
        statuses: list[int] = []
        for path in ("/v1/organizations", "/v1/people", "/v1/nowhere", "/v1/publications", "/v1/organizations"):
            answer = await client.get(path)
            statuses.append(answer.status_code)
            assert answer.headers["ratelimit-policy"] == '"key";q=5;w=60', path
            assert answer.headers["ratelimit"].startswith(f'"key";r={5 - len(statuses)};t='), path
        assert statuses == [200, 403, 404, 200, 200]
        over = await client.get("/v1/organizations")
        assert (over.status_code, over.json()["code"]) == (429, "partner.quota_used_up")
        assert 1 <= int(over.headers["retry-after"]) <= 60
        assert over.headers["ratelimit"].startswith('"key";r=0;t=')
    assert "ratelimit" not in (await union.admin.get("/v1/organizations")).headers


async def test_without_redis_a_key_reads_and_changes_nothing(ground: Ground) -> None:
    async with open_gateway(ground) as gateway:
        union = await gateway.found()
        async with keyed(union, scopes=["see_organization", "publish"]) as (client, _):
            gateway.rooms.state.keys._quotas._redis.connection_pool.connection_kwargs["path"] = "/nowhere"  # noqa: SLF001
            await gateway.rooms.state.keys._quotas._redis.connection_pool.disconnect()  # noqa: SLF001
            read = await client.get("/v1/organizations")
            assert (read.status_code, "ratelimit" in read.headers) == (200, False)
            change = await client.post("/v1/publications", json={})
            assert (change.status_code, change.headers["retry-after"]) == (503, "2")
        await union.admin.aclose()


async def test_two_keys_are_two_actors(gateway: Gateway, union: Union) -> None:
    """In the audit, and under an Idempotency-Key: nobody gets an answer that another's request had."""
    async with keyed(union) as (one, _), keyed(union) as (other, _):
        callers = [await gateway.rooms.state.keys.caller(c.headers["authorization"][7:].encode()) for c in (one, other)]
    assert len({caller.actor_id for caller in callers}) == 2


@pytest.mark.parametrize("scope", sorted(set(Permission) - PARTNER_SCOPES))
async def test_what_partners_never_get_no_key_is_given(gateway: Gateway, union: Union, scope: Permission) -> None:
    owner = await partner(union.admin, union.id)
    refused = await new_key(gateway, union.admin, union.id, owner["id"], scopes=["see_publications", scope])
    assert (refused.status_code, refused.json()["code"]) == (422, "partner.scope_not_for_partners")
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["detail"].split(":")[0]) == ("/scopes/1", scope)


async def test_a_partner_is_changed_on_what_was_read(union: Union) -> None:
    owner = await partner(union.admin, union.id, contact="dev@example.org", requests_per_minute=100)
    path = f"/v1/partners/{owner['id']}"
    assert (await union.admin.patch(path, json={}, headers={"if-match": '"9"'})).status_code == 412
    changed = await union.admin.patch(path, json={"contact": None, "name": None}, headers={"if-match": '"1"'})
    assert changed.json() == {**owner, "contact": None, "version": 2}
    assert (await union.admin.get("/v1/partners")).json()["items"] == [changed.json()]
