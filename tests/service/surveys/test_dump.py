"""A dump of the database after 200 anonymous answers joins nobody; the same search joins everybody in naive storage."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.local.binaries import postgres_binaries
from services.surveys.questionnaires.rules.mixing import MIXED
from shared.db import asyncpg_url
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.surveys.dumps import Dump, in_order, joined, normal, pg_dump
from tests.service.surveys.polls import members, opened, respond

PEOPLE = 200
BY_CHANCE = 12  # of 200, in the best of some hundred alignments that each get one right on average
SCALES: list[dict[str, Any]] = [{"id": f"q{number}", "kind": "nps", "text": "?"} for number in range(3)]


def unlike(place: int) -> dict[str, Any]:
    """Nobody else's answers: so that a right guess is a right guess."""
    return {"q0": place % 10, "q1": place // 10 % 10, "q2": place // 100}


class Answered:
    """A survey that 200 people answered one after the other, in an order that only the test knows."""

    def __init__(self, ground: Ground, kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
        self._ground, self._kit, self._tenant, self._chair = ground, kit, tenant, chair
        self.order: list[str] = []
        self.truth: dict[str, str] = {}
        self.id = ""

    async def answer(self) -> None:
        people = await members(self._kit, self._tenant, PEOPLE)
        self.id = await opened(self._chair, self._tenant, questions=SCALES)
        Random(7).shuffle(people)
        for place, person_id in enumerate(people):
            taken = await respond(self._kit, self._tenant, self.id, person_id, unlike(place))
            assert taken.status_code == 201
            self.order.append(str(person_id))
            self.truth[str(person_id)] = normal(unlike(place))

    async def dump(self, schema: str = "surveys") -> Dump:
        return await pg_dump(postgres_binaries(), self._ground.owner_url, schema, str(self._tenant.id))


@pytest_asyncio.fixture
async def answered(ground: Ground, kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> Answered:
    answered = Answered(ground, kit, tenant, chair)
    await answered.answer()
    return answered


@pytest_asyncio.fixture
async def naive(ground: Ground) -> AsyncGenerator[AsyncConnection, None]:
    """What one would build without thinking: who took part, and answers with random ids and nobody's name."""
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    async with engine.connect() as connection:
        for statement in (
            "CREATE SCHEMA naive",
            "CREATE TABLE naive.participation (tenant_id uuid, id uuid, person_id uuid)",
            "CREATE TABLE naive.answer (tenant_id uuid, id uuid, answers jsonb)",
        ):
            await connection.execute(text(statement))
        await connection.commit()
        yield connection
        await connection.execute(text("DROP SCHEMA naive CASCADE"))
        await connection.commit()
    await engine.dispose()


@asynccontextmanager
async def witnessed(ground: Ground) -> AsyncGenerator[list[UUID], None]:
    """The ids of anonymous answers in the order in which they are written meanwhile, known at the end.

    Where they come to lie does not tell: rows go wherever a page has room that earlier tests left.
    """
    written: list[UUID] = []
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    async with engine.connect() as connection:
        for statement in (
            "CREATE SCHEMA witness",
            "CREATE TABLE witness.written (number bigint GENERATED ALWAYS AS IDENTITY, id uuid)",
            (
                "CREATE FUNCTION witness.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
                "$$ BEGIN INSERT INTO witness.written (id) VALUES (new.id); RETURN new; END $$"
            ),
            "GRANT USAGE ON SCHEMA witness TO PUBLIC",
            (
                "CREATE TRIGGER witness BEFORE INSERT ON surveys.anonymous_response "
                "FOR EACH ROW EXECUTE FUNCTION witness.note()"
            ),
        ):
            await connection.execute(text(statement))
        await connection.commit()
        yield written
        written += (await connection.execute(text("SELECT id FROM witness.written ORDER BY number"))).scalars()
        await connection.execute(text("DROP SCHEMA witness CASCADE"))
        await connection.commit()
    await engine.dispose()


async def test_closing_writes_all_answers_anew_in_the_order_of_their_ids(
    ground: Ground, kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, answered: Answered
) -> None:
    """Rows were written in crowds, one after the other; afterwards nothing tells of which crowd an answer was."""
    async with witnessed(ground) as written:
        assert (await chair.post(f"/v1/surveys/{answered.id}/close")).status_code == 200
    async with kit.transaction(tenant) as context:
        kept = (await context.store.execute(text("SELECT id FROM surveys.anonymous_response"))).scalars().all()
        mixing = (await context.store.execute(text("SELECT mixing FROM surveys.roster_shard"))).scalars().all()
    assert len(written) == PEOPLE
    assert written == sorted(kept)
    assert mixing == [[]]


@pytest.mark.parametrize("state", ["open", "closed"])
async def test_a_dump_joins_nobody(chair: httpx.AsyncClient, answered: Answered, state: str) -> None:
    if state == "closed":
        assert (await chair.post(f"/v1/surveys/{answered.id}/close")).status_code == 200
    dump = await answered.dump()
    assert joined(dump, answered.order, answered.truth) <= BY_CHANCE
    assert in_order(dump, answered.order, answered.truth) <= BY_CHANCE


async def test_the_same_search_joins_everybody_in_naive_storage(
    tenant: Tenant, answered: Answered, naive: AsyncConnection
) -> None:
    for person_id, answers in answered.truth.items():
        keys: dict[str, object] = {"tenant_id": tenant.id, "id": uuid4()}
        await naive.execute(
            text("INSERT INTO naive.participation VALUES (:tenant_id, :id, :person_id)"),
            {**keys, "person_id": UUID(person_id)},
        )
        await naive.execute(
            text("INSERT INTO naive.answer VALUES (:tenant_id, :id, CAST(:answers AS jsonb))"),
            {**keys, "id": uuid4(), "answers": answers},
        )
        await naive.commit()
    dump = await answered.dump("naive")
    assert joined(dump, answered.order, answered.truth) == PEOPLE
    assert in_order(dump, answered.order, answered.truth) == PEOPLE


async def test_bits_alone_are_left_of_who_took_part(kit: ServiceKit, tenant: Tenant, answered: Answered) -> None:
    """No other table, message or record of the tenant has grown with the answers."""
    dump = await answered.dump()
    grown = {table: len(rows) for table, rows in dump.items() if len(rows) >= PEOPLE // 2}
    people = dict.fromkeys(("surveys.person", "surveys.membership"), PEOPLE)
    answers = {"surveys.anonymous_response": PEOPLE - PEOPLE % MIXED}  # the rest is mixing
    inbox = {"surveys.processed_message": PEOPLE + 1}  # the gateway's news of them, before they were asked
    assert grown == people | answers | inbox
    (shard,) = dump["surveys.roster_shard"]
    assert "\\\\x" + "ff" * (PEOPLE // 8) in shard
