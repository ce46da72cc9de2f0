"""However many processes find a session worn out, one of them renews it: counted at the stand-in, not here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
import pytest_asyncio
from sqlmodel import col, select, update

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from services.publisher.channels.actions.shelves import TenantShelf
from services.publisher.channels.tables import NetworkSession
from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.connector import Connector
from services.publisher.networks.outcomes import Retry, Sent
from services.publisher.networks.registry import Connectors
from services.publisher.networks.shelf import Turn
from services.publisher.networks.transport import Timeouts
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.http import outbound_client
from shared.identity import system
from shared.runtime import Runtime
from shared.settings import Environment
from tests.conftest import Ground
from tests.contract.networks.stage import Stage, opened, post, served

PUT, CREATE, REFRESH = (
    "com.atproto.repo.putRecord",
    "com.atproto.server.createSession",
    "com.atproto.server.refreshSession",
)
SHORT = Timeouts(connect=1.0, read=1.0, whole=8.0, reserve=1.0)


@dataclass
class Worker:
    """As one process has it: a database pool, connections and a memory of its own."""

    runtime: Runtime
    connector: Connector
    account: Account

    async def publish(self, text: str) -> object:
        return await self.connector.publish(self.account, post(text))


@dataclass
class Two:
    """Workers that share a tenant and its database, and nothing else."""

    stage: Stage
    one: Worker
    other: Worker

    async def count(self, method: str) -> int:
        return len([call for call in await self.stage.calls() if call["method"] == method])


@asynccontextmanager
async def worker(
    settings: PublisherSettings, url: str, stage_account: Account | None, tenant_id: UUID
) -> AsyncGenerator[Worker]:
    def open_client(address: str) -> httpx.AsyncClient:
        return outbound_client(Environment.TEST, read_seconds=SHORT.read, trusted_urls=[address])

    async with Connectors(open_client, url, SHORT) as connectors:
        runtime = open_publisher(settings, connectors=connectors)
        account = stage_account or Account("", {})
        try:
            yield Worker(runtime, connectors[Network.BLUESKY], replace(account, shelf=TenantShelf(runtime, tenant_id)))
        finally:
            await runtime.close()


@pytest_asyncio.fixture
async def two(ground: Ground) -> AsyncGenerator[Two]:
    settings = SandboxSettings(state=None, rate_limits=False, development_accounts=False)
    shared = ground.settings(PublisherSettings, ServiceName.PUBLISHER)
    tenant_id = new_id()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(create_app(settings)))
        control = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        one = await stack.enter_async_context(worker(shared, url, None, tenant_id))
        stage = await opened(control, one.connector)
        one.account = replace(stage.account, shelf=one.account.shelf)
        yield Two(stage, one, await stack.enter_async_context(worker(shared, url, stage.account, tenant_id)))


async def test_a_session_is_opened_once_for_all_workers(two: Two) -> None:
    outcomes = await asyncio.gather(*(each.publish(str(n)) for n in range(4) for each in (two.one, two.other)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes
    assert (await two.count(CREATE), await two.count(REFRESH)) == (1, 0)


async def test_of_two_workers_that_find_it_worn_out_one_renews_it(two: Two) -> None:
    for each in (two.one, two.other):
        assert isinstance(await each.publish("Начало"), Sent)
    for number in range(1, 4):
        await two.stage.order("error", PUT, code="ExpiredToken", times=8)
        outcomes = await asyncio.gather(*(each.publish(str(n)) for n in range(4) for each in (two.one, two.other)))
        assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes
        assert (await two.count(CREATE), await two.count(REFRESH)) == (1, number)


async def test_a_renewal_whose_answer_is_lost_is_not_tried_with_the_same_token(two: Two) -> None:
    """The server may have taken it. The app password opens another session."""
    for each in (two.one, two.other):
        assert isinstance(await each.publish("Начало"), Sent)
    await two.stage.order("error", PUT, code="ExpiredToken", times=2)
    await two.stage.order("drop", REFRESH)
    assert isinstance(await two.one.publish("Раз"), Retry)
    assert isinstance(await two.other.publish("Два"), Sent)
    assert isinstance(await two.one.publish("Три"), Sent)
    assert (await two.count(CREATE), await two.count(REFRESH)) == (2, 1)


async def test_a_worker_that_died_with_the_turn_is_not_waited_for_for_ever(two: Two) -> None:
    assert isinstance(await two.one.publish("Начало"), Sent)
    kept, (key, number) = two.one.account.shelf, await _row(two)
    assert kept is not None
    assert isinstance(await kept.take(key, number), Turn)
    assert await kept.take(key, number) is None, "while it may be at work"
    await _end_turns(two)
    assert isinstance(await two.other.publish("Дальше"), Sent)
    assert (await two.count(CREATE), await two.count(REFRESH)) == (2, 0), "what it took away is not used again"


async def test_who_comes_back_late_takes_nothing_from_the_next(two: Two) -> None:
    assert isinstance(await two.one.publish("Начало"), Sent)
    shelf, (key, number) = two.one.account.shelf, await _row(two)
    assert shelf is not None
    late = await shelf.take(key, number)
    assert isinstance(late, Turn)
    assert late.last is not None
    await _end_turns(two)
    following = await shelf.take(key, number)
    assert isinstance(following, Turn)
    assert following.last is None
    await shelf.put(key, late, "late")
    await shelf.put(key, following, "mine")
    found = await shelf.take(key, number)
    assert not isinstance(found, Turn)
    assert found is not None
    assert found.content == "mine"


async def test_two_tenants_with_one_account_have_a_session_each(two: Two) -> None:
    shelf = two.one.account.shelf
    assert isinstance(shelf, TenantShelf)
    foreign = replace(two.one, account=replace(two.one.account, shelf=TenantShelf(shelf.runtime, new_id())))
    unconnected = replace(two.one, account=replace(two.one.account, shelf=None))
    for each in (two.one, foreign, unconnected, two.one, foreign, unconnected):
        assert isinstance(await each.publish("Начало"), Sent)
    assert (await two.count(CREATE), await two.count(REFRESH)) == (3, 0)


async def test_what_is_kept_is_sealed(two: Two) -> None:
    assert isinstance(await two.one.publish("Начало"), Sent)
    async with _transaction(two) as context:
        (row,) = await context.store.all(select(NetworkSession))
    assert row.sealed is not None
    assert "eyJ0" not in row.sealed
    assert "did:" not in row.sealed


def _transaction(two: Two):  # noqa: ANN202 - what unit_of_work gives
    shelf = two.one.account.shelf
    assert isinstance(shelf, TenantShelf)
    return unit_of_work(shelf.runtime, shelf.tenant_id, system(shelf.tenant_id))


async def _row(two: Two) -> tuple[str, int]:
    async with _transaction(two) as context:
        (row,) = await context.store.all(select(NetworkSession))
        return row.key, row.number


async def _end_turns(two: Two) -> None:
    async with _transaction(two) as context:
        now = await context.store.database_now()
        await context.store.execute(
            update(NetworkSession).where(col(NetworkSession.taken_by).is_not(None)).values(taken_until=now)
        )
