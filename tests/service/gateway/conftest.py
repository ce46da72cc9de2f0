"""One gateway for all tests of the folder, a fresh union for each, a partner's server for each file that asks."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest_asyncio

from tests.conftest import Ground
from tests.quick_passwords import quick_passwords
from tests.service.gateway.receiver import PartnerServer, partner_server
from tests.service.gateway.union import Gateway, Union, open_gateway


@pytest_asyncio.fixture(scope="session")
async def gateway(ground: Ground) -> AsyncGenerator[Gateway, None]:
    async with AsyncExitStack() as stack:
        with quick_passwords():
            gateway = await stack.enter_async_context(open_gateway(ground))
        yield gateway


@pytest_asyncio.fixture
async def union(gateway: Gateway) -> AsyncGenerator[Union, None]:
    union = await gateway.found()
    yield union
    await gateway.house.forget(union.id)
    await union.admin.aclose()


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncGenerator[PartnerServer, None]:
    async with partner_server() as server:
        yield server
