"""Ten thousand organizations: how fast they are listed, searched and shown as a subtree, moved, and told of a setting.

The database is a throw-away one, asked as the gateway's own role with row-level security on; what is counted is its own
time. VMESTE_SHORT=1 seeds a tenth.
"""

import os
import random
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.gateway.organizations.actions import list_organizations, member_count, read_subtree
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.organizations.schemas import OrganizationQuery, SubtreeQuery
from services.gateway.people.actions.belonging import Belonging
from services.gateway.sign_in.actions import NewTenant, create_tenant
from shared.context import Context, unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import OrganizationsChanged
from shared.identity import Caller, CallerKind, Grant
from shared.permissions import Role
from tests.bench.backend import worked_ms
from tests.bench.conftest import Say
from tests.conftest import Ground
from tests.service.gateway.large_union import seed
from tests.service.gateway.union import PASSWORD, Gateway, Union, open_gateway
from tests.service.shared.schema import engine

pytestmark = pytest.mark.bench

SHORT: Final = os.environ.get("VMESTE_SHORT") == "1"
LARGE: Final = 1_000 if SHORT else 10_000
SIZES: Final = (LARGE // 10, LARGE)
ROUNDS: Final = 40
FINDING_MS: Final = 30.0
RESHAPING_SECONDS: Final = 20.0
WORDS: Final = ("жилищник", "театр", "поликлиника", "школа", "парк", "завод", "метро", "архив")
_NAMES: Final = """
UPDATE gateway.organization SET name = 'ППО ' || (ARRAY{words})[1 + ('x' || substr(id::text, 1, 4))::bit(16)::int % 8]
    || ' ' || substr(id::text, 1, 5) WHERE tenant_id = '{tenant}' AND kind = 'primary'
"""
_KEPT_WORDS: Final = """
INSERT INTO gateway.organization_word (tenant_id, word, organization_id) SELECT DISTINCT tenant_id, word, id
    FROM gateway.organization, regexp_split_to_table(lower(name), ' ') AS word WHERE tenant_id = '{tenant}'
    ON CONFLICT DO NOTHING
"""

Question = Callable[[Context], Awaitable[object]]


@pytest_asyncio.fixture(scope="module")
async def gateway(ground: Ground) -> AsyncGenerator[Gateway, None]:
    async with open_gateway(ground) as gateway:
        yield gateway


async def planted(ground: Ground, union: Union, organizations: int) -> dict[str, UUID]:
    """With names of a few words that many share, and one that is its own."""
    places = await seed(ground, union.id, organizations * 10, organizations)
    async with engine(ground.owner_url).begin() as owner:
        for statement in (_NAMES, _KEPT_WORDS):
            await owner.exec_driver_sql(statement.format(tenant=union.id, words=list(WORDS)))
        await owner.exec_driver_sql("ANALYZE")
    return places


async def test_finding(ground: Ground, gateway: Gateway, say: Say) -> None:
    medians: dict[tuple[str, str], list[float]] = {}
    slow: list[tuple[int, str, str, float]] = []
    for organizations in SIZES:
        union = await gateway.found()
        places = await planted(ground, union, organizations)
        for where, organization_id in places.items():
            caller = Caller(CallerKind.PERSON, union.id, union.id, (Grant(Role.CHAIR, organization_id),))
            for what, question in _questions(organization_id).items():
                times = [await _timed(gateway, caller, question) for _ in range(ROUNDS)]
                median, worst = statistics.median(times), statistics.quantiles(times, n=20)[-1]
                medians.setdefault((where, what), []).append(median)
                say(f"{organizations:7,} organizations, {where:6} {what:12}: p50 {median:6.2f}  p95 {worst:6.2f} ms")
                slow += [(organizations, where, what, worst)] if worst >= FINDING_MS and what != "members" else []
        await union.admin.aclose()
    for (where, what), (small, large) in medians.items():
        say(f"{where:6} {what:12}: {SIZES[1]:,} / {SIZES[0]:,} = {large / small:.1f}")
    assert SHORT or slow == []


def _questions(organization_id: UUID) -> dict[str, Question]:
    chance = random.Random(1)

    def listed(**query: object) -> Question:
        return lambda context: list_organizations(context, OrganizationQuery.model_validate(query))

    def found(context: Context) -> Awaitable[object]:
        word = f"{chance.choice(WORDS)[:4]} {chance.randrange(4096):03x}"
        return list_organizations(context, OrganizationQuery(search=word))

    return {
        "list": listed(),
        "kind": listed(kind="primary"),
        "search": found,
        "common word": listed(search="ппо"),
        "no such word": listed(search="ппо яхта"),
        "subtree": lambda context: read_subtree(context, organization_id, SubtreeQuery()),
        "members": lambda context: member_count(context, Belonging(), organization_id),
    }


async def _timed(gateway: Gateway, caller: Caller, question: Question) -> float:
    async with unit_of_work(gateway.runtime, caller.tenant_id or UUID(int=0), caller) as context:
        return await worked_ms(context, question)


async def test_reshaping(ground: Ground, gateway: Gateway, say: Say) -> None:
    """A branch that is nearly the whole union moves, and a setting runs down it: in seconds, told in batches."""
    union = await federation(gateway)
    await planted(ground, union, LARGE)
    here, there = [(await union.organization(kind="federation"))["id"] for _ in range(2)]
    gathered = (await union.organization(here, kind="union"))["id"]
    query = {"kind": "territorial", "limit": 200}
    for branch in (await union.admin.get("/v1/organizations", params=query)).json()["items"]:
        await _moved(union, branch["id"], gathered)
    await gateway.house.forget(union.id)
    seconds = await _moved(union, gathered, there)
    say(f"moving {LARGE:,} organizations: {seconds:.1f} s")
    assert SHORT or seconds < RESHAPING_SECONDS
    began = time.perf_counter()
    answer = await union.admin.patch(f"/v1/organizations/{union.id}", json={"timezone": "Asia/Omsk"})
    seconds = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    say(f"a setting for {LARGE:,} organizations: {seconds:.1f} s")
    assert SHORT or seconds < RESHAPING_SECONDS
    told = await gateway.house.outbox(ServiceName.GATEWAY, union.id, OrganizationsChanged)
    assert max(len(message.organizations) for message in told) <= 500
    await gateway.house.forget(union.id)
    await union.admin.aclose()


async def federation(gateway: Gateway) -> Union:
    """Kinds of one rank stand under each other here alone."""
    name = f"{uuid4().hex}@example.org"
    new = NewTenant("Федерация", OrganizationKind.FEDERATION, "Орлова", "Вера", name, PASSWORD)
    founded = await create_tenant(gateway.desk, new)
    client = gateway.client((await gateway.tokens(name))["access_token"])
    return Union(gateway, founded.tenant_id, founded.administrator_id, name, client)


async def _moved(union: Union, organization_id: str, parent_id: str) -> float:
    """Seconds."""
    began = time.perf_counter()
    answer = await union.admin.post(f"/v1/organizations/{organization_id}/move", json={"parent_id": parent_id})
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began
