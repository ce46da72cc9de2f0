"""How people are looked for in a large union: as the service's own role, under row-level security, by indexes alone."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import event, text

from services.gateway.people.actions import finding, list_people
from services.gateway.people.actions.importing.matching import Matching
from services.gateway.people.rules.faults import BadRow
from services.gateway.people.rules.rows import SheetPerson
from services.gateway.people.schemas import PeopleQuery
from shared.context import unit_of_work
from shared.identity import Caller, CallerKind, Grant, system
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.large_union import seed
from tests.service.gateway.union import Gateway, Union
from tests.service.shared.schema import engine

PEOPLE = 20_000
LARGE = frozenset({"person", "person_word", "membership"})
_COLUMNS = "tenant_id, id, family_name, given_name, membership_number, status, name_key, entity_version"
_PEOPLE = text(
    f"INSERT INTO gateway.person ({_COLUMNS}) SELECT :tenant, gen_random_uuid(), 'Иванова', 'Анна', number, 'member', "  # noqa: S608 - names of columns
    "name, 1 FROM unnest(CAST(:names AS text[]), CAST(:numbers AS text[])) AS one (name, number)"
)
_OTHERS = text(
    f"INSERT INTO gateway.person ({_COLUMNS}) SELECT :tenant, gen_random_uuid(), 'Иванова', 'Анна', 'x' || one, 'member', "  # noqa: S608 - as above
    "'other ' || one, 1 FROM generate_series(1, :others) AS one"
)
_READ = text(
    "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
    "WHERE schemaname = 'gateway' AND relname = 'person'"
)


@pytest_asyncio.fixture(scope="module")
async def large(ground: Ground, gateway: Gateway) -> tuple[Union, dict[str, UUID]]:
    union = await gateway.found()
    return union, await seed(ground, union.id, PEOPLE, PEOPLE // 10)


@pytest.mark.parametrize("where", ["root", "middle", "leaf"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"status": "prospective"},
        {"search": "иванов17 анн"},
        {"search": "анна"},
        {"search": "ив", "status": "member"},
    ],
    ids=lambda query: " ".join(query) or "all",
)
async def test_no_table_is_read_from_end_to_end(
    gateway: Gateway, large: tuple[Union, dict[str, UUID]], where: str, query: dict[str, Any]
) -> None:
    union, places = large
    caller = Caller(CallerKind.PERSON, union.id, union.administrator_id, (Grant(Role.CHAIR, places[where]),))
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if "gateway." in statement:
            asked.append((statement, parameters))

    sync_engine = gateway.runtime.database.engine.sync_engine
    async with unit_of_work(gateway.runtime, union.id, caller) as context:
        event.listen(sync_engine, "before_cursor_execute", note)
        try:
            await list_people(context, PeopleQuery.model_validate(query))
        finally:
            event.remove(sync_engine, "before_cursor_execute", note)
        connection = await context.store.session.connection()
        for statement, parameters in asked:
            explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            plan = explained.scalar_one()
            for node in nodes(json.loads(plan) if isinstance(plan, str) else plan):
                assert node["Node Type"] != "Seq Scan" or node["Relation Name"] not in LARGE, (statement, node)
                assert node["Actual Rows"] * node["Actual Loops"] <= 3 * finding.SMALL, (statement, node)


def nodes(plan: Any) -> Iterator[dict[str, Any]]:
    """Every step of a plan."""
    if isinstance(plan, list):
        for one in plan:  # pyright: ignore[reportUnknownVariableType] - it came out of JSON
            yield from nodes(one)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for inner in plan.values():  # pyright: ignore[reportUnknownVariableType] - as above
            yield from nodes(inner)


async def test_an_import_into_a_union_that_the_planner_does_not_know_reads_whom_it_means(
    gateway: Gateway, union: Union, ground: Ground
) -> None:
    """What a first import has just written, before anybody analysed it."""
    sought = [SheetPerson("Иванова", f"Анна{number}", membership_number=str(number)) for number in range(500)]
    known = {
        "tenant": union.id,
        "names": [one.key for one in sought],
        "numbers": [one.membership_number for one in sought],
    }
    async with engine(ground.owner_url).begin() as owner:
        await owner.execute(text("ANALYZE gateway.person"))
        await owner.execute(_PEOPLE, known)
        await owner.execute(_OTHERS, {"tenant": union.id, "others": PEOPLE})
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        before = (await context.store.execute(_READ)).scalar_one()
        matching = await Matching.of(context, union.id, sought)
        read = (await context.store.execute(_READ)).scalar_one() - before
        with pytest.raises(BadRow):  # of the union, and not of the organization that the file is for
            matching.meant_by(sought[0])
    assert len(sought) <= read <= 4 * len(sought)


async def test_the_tables_are_those_of_the_service_under_its_guard(gateway: Gateway, union: Union) -> None:
    caller = Caller(CallerKind.PERSON, union.id, union.administrator_id)
    async with unit_of_work(gateway.runtime, union.id, caller) as context:
        asked = await context.store.execute(
            text("SELECT current_user, bool_and(relrowsecurity) FROM pg_class WHERE relname = ANY(:names) GROUP BY 1"),
            {"names": sorted(LARGE)},
        )
        assert tuple(asked.one()) == ("vmeste_gateway", True)
