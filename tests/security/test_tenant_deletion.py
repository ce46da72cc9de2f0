"""A union with something of everything is deleted: nothing of it is left anywhere but its tombstones and a certificate."""

from collections import Counter
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from deploy.migrate import schemas
from services.gateway.sign_in.actions.operators import create_operator_key
from shared.contracts import ServiceName
from tests.conftest import Ground
from tests.security.house import Branch, Services, done
from tests.security.makers import ROWS
from tests.service.shared.schema import engine

TOMBSTONES = {"tenant_standing", "tenant", "job"}  # the last: the deletion's own, with the certificate as its result


@pytest.fixture
async def operator(services: Services) -> httpx.AsyncClient:
    _, key = await create_operator_key(services.runtime(ServiceName.GATEWAY), "Тест")
    return services.client(key)


async def filled(union: Branch, *, each: int) -> None:
    """What every second operation, or every tenth, works on: many work on the same."""
    for name in sorted(ROWS)[::each]:
        await union.services.drain()
        await ROWS[name].make(union)
    await union.services.drain()


async def rows_of(ground: Ground, tenant_id: UUID) -> Counter[str]:
    """Rows that name the tenant, by schema and table, as their owner sees them."""
    found: Counter[str] = Counter()
    async with engine(ground.owner_url).begin() as connection:
        for metadata, _ in schemas():
            for table in metadata.sorted_tables:
                query = f"SELECT count(*) FROM {table.fullname} AS one WHERE one::text LIKE :id"  # noqa: S608 - tables of the project
                counted = await connection.execute(text(query), {"id": f"%{tenant_id}%"})
                if count := counted.scalar_one():
                    found[f"{table.schema}.{table.name}"] = count
    return found


async def files_of(services: Services, tenant_id: UUID) -> set[str]:
    stores = [services.runtime(service).storage for service in ServiceName]
    return {key for storage in stores async for key, _ in storage.files() if str(tenant_id) in key}


async def test_nothing_of_a_deleted_union_is_left(
    services: Services, own_ground: Ground, operator: httpx.AsyncClient
) -> None:
    union, neighbour = await services.found(), await services.found()
    await filled(union, each=2)
    await filled(neighbour, each=10)
    before = await rows_of(own_ground, union.tenant_id)
    theirs, their_files = await rows_of(own_ground, neighbour.tenant_id), await files_of(services, neighbour.tenant_id)
    assert len(before) > 80, "something of everything"
    assert await files_of(services, union.tenant_id)
    async with operator:
        address = f"/v1/tenants/{union.tenant_id}"
        name = done(await operator.get(address))["name"]
        done(await operator.post(f"{address}/mark"))
        asked = await operator.delete(address, params={"confirm": name})
        assert asked.status_code == 202, asked.text
        for _ in range(20):
            await services.drain()
        job = done(await operator.get(asked.headers["location"]))
        assert (job["state"], job["errors"]) == ("done", [])
        certificate = done(await operator.get(address))["certificate"]
    left = await rows_of(own_ground, union.tenant_id)
    assert {table.split(".")[1] for table in left} <= TOMBSTONES, left
    assert await files_of(services, union.tenant_id) == set()
    assert set(certificate["counts"]) == set(ServiceName)
    assert certificate["counts"]["gateway"]["organization"] == before["gateway.organization"]
    assert await rows_of(own_ground, neighbour.tenant_id) == theirs
    assert await files_of(services, neighbour.tenant_id) == their_files
    for one in (union, neighbour):
        await one.client.aclose()
