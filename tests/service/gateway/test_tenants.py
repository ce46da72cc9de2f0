"""Tenants in the hands of the platform's administrator: made, stopped, resumed, written out, deleted."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.gateway.base import metadata
from services.gateway.organizations.actions import tenant_jobs
from services.gateway.sign_in.actions.operators import create_operator_key
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import READ_MODELS, PartReported, TenantExportRequested, TenantStateChanged
from shared.db import asyncpg_url
from shared.identity import system
from shared.permissions import Role
from shared.tenant_rows import files_of
from shared.testing.envelopes import enveloped
from tests.conftest import Ground
from tests.service.gateway.union import PASSWORD, Gateway, Union

ADMINISTRATOR = {"family_name": "Орлова", "given_name": "Вера"}


@pytest_asyncio.fixture
async def operator(gateway: Gateway) -> AsyncGenerator[httpx.AsyncClient, None]:
    _, key = await create_operator_key(gateway.runtime, "Тестовый ключ")
    async with gateway.client(key) as client:
        yield client


async def report(gateway: Gateway, union: Union, job_id: UUID) -> None:
    """As the three services do when their part is done."""
    for service in READ_MODELS:
        part = PartReported(job_id=job_id, service=service, counts={"organization": 2})
        envelope = enveloped(part, union.id, gateway.clock.now(), source=service)
        assert (await gateway.house.handle(envelope)).error is None


async def after(gateway: Gateway, operator: httpx.AsyncClient, union: Union, answer: httpx.Response) -> dict[str, Any]:
    """The job, once it is over."""
    assert answer.status_code == 202, answer.text
    await gateway.drain()
    await report(gateway, union, UUID(answer.json()["id"]))
    await gateway.drain()
    return (await operator.get(answer.headers["location"])).json()


async def test_a_tenant_is_made_with_its_first_administrator(gateway: Gateway, operator: httpx.AsyncClient) -> None:
    name = f"{uuid4().hex}@example.org"
    body = {"name": "Профсоюз", "kind": "union", "administrator": {**ADMINISTRATOR, "sign_in_name": name}}
    answer = await operator.post("/v1/tenants", json=body)
    founded = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/tenants/{founded['id']}")
    tokens = await gateway.tokens(name, founded["password"])
    async with gateway.client(tokens["access_token"]) as admin:
        me = (await admin.get("/v1/me")).json()
    assert (me["tenant_id"], me["grants"][0]["role"]) == (founded["id"], "administrator")
    read = (await operator.get(f"/v1/tenants/{founded['id']}")).json()
    assert (read["name"], read["state"], read["version"]) == ("Профсоюз", "active", 1)
    assert "password" not in read


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"timezone": "Mars/Olympus"}, 422, "organization.unknown_timezone"),
        ({"kind": "castle"}, 422, "invalid"),
        ({"id": str(uuid4())}, 422, "invalid"),
    ],
)
async def test_what_makes_no_tenant_is_refused(
    operator: httpx.AsyncClient, change: dict[str, str], status: int, code: str
) -> None:
    administrator = {**ADMINISTRATOR, "sign_in_name": f"{uuid4().hex}@example.org"}
    body = {"name": "Профсоюз", "kind": "union", "administrator": administrator, **change}
    answer = await operator.post("/v1/tenants", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_repeated_founding_makes_one_tenant(gateway: Gateway, operator: httpx.AsyncClient) -> None:
    administrator = {**ADMINISTRATOR, "sign_in_name": f"{uuid4().hex}@example.org"}
    body = {"name": "Профсоюз", "kind": "union", "administrator": administrator}
    key = {"idempotency-key": uuid4().hex, "accept-language": "en"}
    at_once = await asyncio.gather(*(operator.post("/v1/tenants", json=body, headers=key) for _ in range(3)))
    (founded,) = (answer for answer in at_once if answer.status_code == 201)
    assert sorted(answer.status_code for answer in at_once) == [201, 409, 409]
    again = await operator.post("/v1/tenants", json=body, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.shown_once")
    assert founded.json()["id"] in again.json()["detail"]
    other = await operator.post("/v1/tenants", json={**body, "name": "Другой"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")
    _, foreign = await create_operator_key(gateway.runtime, "Другой ключ")
    async with gateway.client(foreign) as colleague:
        renamed = {**body, "administrator": {**ADMINISTRATOR, "sign_in_name": f"{uuid4().hex}@example.org"}}
        assert (await colleague.post("/v1/tenants", json=renamed, headers=key)).status_code == 201
    async with unit_of_work(gateway.runtime, UUID(founded.json()["id"]), system(UUID(founded.json()["id"]))) as context:
        await context.store.execute(text("DELETE FROM gateway.idempotency_record"))  # as it is let go of in time
    late = await operator.post("/v1/tenants", json=body, headers=key)
    assert (late.status_code, late.json()["code"]) == (409, "idempotency.shown_once")


async def test_the_tenants_books_say_what_the_platform_did(gateway: Gateway, operator: httpx.AsyncClient) -> None:
    name = f"{uuid4().hex}@example.org"
    body = {"name": "Профсоюз", "kind": "union", "administrator": {**ADMINISTRATOR, "sign_in_name": name}}
    founded = (await operator.post("/v1/tenants", json=body)).json()
    address = f"/v1/tenants/{founded['id']}"
    for step in ("suspend", "resume", "mark", "resume", "export"):
        assert (await operator.post(f"{address}/{step}")).is_success
    gateway.clock.advance(timedelta(seconds=6))
    await gateway.drain()
    async with gateway.client((await gateway.tokens(name, founded["password"]))["access_token"]) as admin:
        books = (await admin.get("/v1/audit")).json()["items"]
    done = {entry["operation"] for entry in books if entry["actor_kind"] == "operator"}
    assert done == {"tenants_create", "tenants_suspend", "tenants_resume", "tenants_mark", "tenants_export"}


async def test_only_the_platforms_administrator_sees_tenants(union: Union, operator: httpx.AsyncClient) -> None:
    addresses = ("/v1/tenants", f"/v1/tenants/{union.id}", f"/v1/tenants/{union.id}/jobs/{uuid4()}")
    async with union.gateway.client() as anybody:
        for address in addresses:
            assert (await anybody.get(address)).status_code == 401
            refused = await union.admin.get(address)
            assert (refused.status_code, refused.json()["code"]) == (403, "operators_only")
            assert "vmeste keys operator" in refused.json()["detail"]
    for address in ("/v1/organizations", f"/v1/organizations/{union.id}", "/v1/people", "/v1/me"):  # what is in them
        refused = await operator.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_for_operators")
    assert (await operator.get(f"/v1/tenants/{uuid4()}")).status_code == 404
    assert (await operator.post(f"/v1/tenants/{uuid4()}/suspend")).status_code == 404


async def test_the_list_has_every_tenant_once(gateway: Gateway, operator: httpx.AsyncClient) -> None:
    unions = [await gateway.found(f"Профсоюз {number}") for number in range(3)]
    for union in unions:
        await union.admin.aclose()
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await operator.get("/v1/tenants", params=query)).json()
        seen += [tenant["id"] for tenant in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in {str(union.id) for union in unions}] == [str(union.id) for union in unions]


async def test_a_renamed_root_renames_its_tenant(union: Union, operator: httpx.AsyncClient) -> None:
    await union.admin.patch(f"/v1/organizations/{union.id}", json={"name": "Новое имя"})
    assert (await operator.get(f"/v1/tenants/{union.id}")).json()["name"] == "Новое имя"


async def test_a_suspended_tenant_is_shut_out_within_seconds_and_goes_on_afterwards(
    gateway: Gateway, union: Union, operator: httpx.AsyncClient
) -> None:
    tokens = await gateway.tokens(union.sign_in_name, tenant_id=str(union.id))
    suspended = await operator.post(f"/v1/tenants/{union.id}/suspend", headers={"if-match": '"1"'})
    assert (suspended.json()["state"], suspended.json()["version"]) == ("suspended", 2)
    gateway.clock.advance(timedelta(seconds=6))
    refused = await union.admin.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "tenant.suspended")
    async with gateway.client() as anybody:
        for path, body in (
            ("login", {"sign_in_name": union.sign_in_name, "password": PASSWORD, "tenant_id": str(union.id)}),
            ("refresh", {"refresh_token": tokens["refresh_token"]}),
        ):
            answer = await anybody.post(f"/v1/auth/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "tenant.suspended")
    told = await gateway.house.outbox(ServiceName.GATEWAY, union.id, TenantStateChanged)
    assert {(message.state, message.state_version) for message in told} == {("suspended", 2)}
    assert (await operator.post(f"/v1/tenants/{union.id}/resume", headers={"if-match": '"1"'})).status_code == 412
    assert (await operator.post(f"/v1/tenants/{union.id}/resume")).json()["state"] == "active"
    gateway.clock.advance(timedelta(seconds=6))
    async with gateway.client((await gateway.tokens(union.sign_in_name))["access_token"]) as admin:
        assert (await admin.get("/v1/me")).status_code == 200


async def test_an_export_has_all_rows_and_files_and_no_secrets(
    gateway: Gateway, union: Union, operator: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenant_jobs, "VOLUME_BYTES", 2_000)
    primary = await union.organization(name="ППО канарейки")
    await union.person(primary["id"], family_name="Канарейкина")
    await gateway.runtime.storage.put(f"media/{union.id}/picture", b"pixels")
    stranger = await gateway.found("Соседи")
    await gateway.runtime.storage.put(f"media/{stranger.id}/picture", b"theirs")
    await stranger.admin.aclose()
    asked = await operator.post(f"/v1/tenants/{union.id}/export")
    assert asked.headers["location"] == f"/v1/tenants/{union.id}/jobs/{asked.json()['id']}"
    (message,) = {m.folder for m in await gateway.house.outbox(ServiceName.GATEWAY, union.id, TenantExportRequested)}
    assert message == f"exports/{union.id}/{asked.json()['id']}/rows"
    early = await operator.get(f"/v1/tenants/{union.id}/exports/{asked.json()['id']}/1")
    assert early.json()["code"] == "tenant.export_not_ready"
    job = await after(gateway, operator, union, asked)
    assert (job["state"], job["errors"]) == ("done", [])
    names: dict[str, bytes] = {}
    assert len(job["result"]["files"]) > 1
    for address in job["result"]["files"]:
        answer = await operator.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names |= {name: archive.read(name) for name in archive.namelist()}
    assert names[f"files/media/{union.id}/picture"] == b"pixels"
    assert not any(str(stranger.id) in name for name in names)
    organizations = names["gateway/organization/000000-000002.jsonl"].decode().splitlines()
    assert {json.loads(line)["name"] for line in organizations} >= {"ППО канарейки"}
    whole = b"".join(names.values())
    assert "Канарейкина".encode() in whole
    assert b"argon2" not in whole
    assert b"password_hash" not in whole
    assert (await operator.get(f"{job['result']['files'][-1]}9")).status_code == 404
    gateway.clock.advance(timedelta(days=8))
    await tenant_jobs.let_go_of_exports(gateway.runtime)
    left = [key async for key, _ in files_of(gateway.runtime.storage, union.id)]
    assert left == [f"media/{union.id}/picture"]


async def test_a_deletion_takes_two_steps_and_the_name(union: Union, operator: httpx.AsyncClient) -> None:
    address = f"/v1/tenants/{union.id}"
    name = (await operator.get(address)).json()["name"]
    assert (await operator.delete(address, params={"confirm": name})).json()["code"] == "tenant.not_marked"
    marked = (await operator.post(f"{address}/mark")).json()
    assert (marked["state"], marked["deletion_asked_at"] is not None) == ("suspended", True)
    assert (await operator.delete(address)).json()["code"] == "tenant.wrong_confirmation"
    wrong = await operator.delete(address, params={"confirm": name.lower()})
    assert wrong.json()["code"] == "tenant.wrong_confirmation"
    assert (await operator.post(f"{address}/resume")).json()["deletion_asked_at"] is None
    assert (await operator.delete(address, params={"confirm": name})).json()["code"] == "tenant.not_marked"


async def test_of_a_deleted_tenant_a_certificate_is_left(
    gateway: Gateway, union: Union, operator: httpx.AsyncClient, ground: Ground
) -> None:
    primary = await union.organization(name="ППО канарейки", kind="primary")
    await union.staff(Role.CHAIR, primary["id"])
    await gateway.runtime.storage.put(f"media/{union.id}/picture", b"pixels")
    await gateway.drain()  # the books are written
    address = f"/v1/tenants/{union.id}"
    await operator.post(f"{address}/mark")
    confirmed = await operator.delete(address, params={"confirm": "Профсоюз работников культуры"})
    again = await operator.delete(address, params={"confirm": "Профсоюз работников культуры"})
    assert again.json()["code"] == "tenant.deletion_runs"
    assert (await operator.post(f"{address}/resume")).json()["code"] == "tenant.deletion_runs"
    job = await after(gateway, operator, union, confirmed)
    assert (job["state"], job["errors"]) == ("done", [])
    tenant = (await operator.get(address)).json()
    certificate = tenant["certificate"]
    assert (tenant["state"], tenant["name"]) == ("deleted", "")
    assert UUID(certificate["confirmed_by"])
    assert certificate["counts"]["gateway"]["organization"] == 2
    assert certificate["counts"]["surveys"] == {"organization": 2}
    assert job["result"] == certificate
    plain = {name: value for name, value in certificate.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())
    assert certificate["sha256"] == digest.hexdigest(), "as the API's document tells"
    assert [key async for key, _ in files_of(gateway.runtime.storage, union.id)] == []
    assert await left_of(ground, union.id) == {"tenant_standing", "job", "tenant"}
    for verb in ("suspend", "resume", "mark", "export"):
        assert (await operator.post(f"{address}/{verb}")).json()["code"] == "tenant.deleted"
    async with gateway.client() as anybody:
        body = {"sign_in_name": union.sign_in_name, "password": PASSWORD}
        assert (await anybody.post("/v1/auth/login", json=body)).status_code == 401


async def left_of(ground: Ground, tenant_id: UUID) -> set[str]:
    """The tables that still name the tenant, as their owner sees them."""
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    left: set[str] = set()
    async with engine.connect() as connection:
        for table in metadata.sorted_tables:
            query = text(f"SELECT 1 FROM {table.fullname} AS one WHERE one::text LIKE :id LIMIT 1")  # noqa: S608 - tables of the project
            if (await connection.execute(query, {"id": f"%{tenant_id}%"})).first() is not None:
                left.add(table.name)
    await engine.dispose()
    return left


async def test_a_tenants_own_jobs_are_not_the_operators_business(
    gateway: Gateway, union: Union, operator: httpx.AsyncClient
) -> None:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        statement = text(
            "INSERT INTO gateway.job (tenant_id, id, kind, state, errors, memory, created_at, changed_at) "
            "VALUES (:tenant, :id, 'people_import', 'done', '[]', '{}', now(), now())"
        )
        job_id = new_id()
        await context.store.execute(statement, {"tenant": union.id, "id": job_id})
    assert (await operator.get(f"/v1/tenants/{union.id}/jobs/{job_id}")).status_code == 404
