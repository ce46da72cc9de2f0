"""The services on loopback ports, with somebody to call them who may do everything."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.conftest import Ground
from tests.security.house import Branch, Services, open_services


@pytest_asyncio.fixture(scope="session")
async def services(ground: Ground) -> AsyncGenerator[Services, None]:
    async with open_services(ground) as services:
        yield services


@pytest_asyncio.fixture
async def branch(services: Services) -> AsyncGenerator[Branch, None]:
    """A whole union, as its chair has it. No message that was caused fails."""
    union = await services.found()
    chair = await union.run_by_a_chair()
    yield chair
    await services.drain()
    for each in (union, chair):
        await each.client.aclose()
