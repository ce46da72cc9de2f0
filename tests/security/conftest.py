"""One house for the folder, on a database of its own: its relay looks into outboxes that other tests look into too."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from tests.conftest import Ground
from tests.databases import copied
from tests.quick_passwords import quick_passwords
from tests.security.house import Branch, Services, open_services


@pytest_asyncio.fixture(scope="session")
async def own_ground(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return replace(
        ground, owner_url=await copied(ground.owner_url, "neighbours"), media=tmp_path_factory.mktemp("media")
    )


@pytest_asyncio.fixture(scope="session")
async def services(own_ground: Ground) -> AsyncGenerator[Services, None]:
    async with AsyncExitStack() as stack:
        with quick_passwords():
            services = await stack.enter_async_context(open_services(own_ground))
        yield services


@dataclass(frozen=True)
class Neighbours:
    """The owner of what is made, and two who must not touch it, each the chair of their own."""

    owner: Branch
    sibling: Branch  # of the same union, beside the owner's branch
    stranger: Branch  # of another union, all of it

    @property
    def foreigners(self) -> dict[str, Branch]:
        return {"sibling": self.sibling, "stranger": self.stranger}


@pytest_asyncio.fixture
async def neighbours(services: Services, settled: Neighbours) -> Neighbours:
    """With every service having heard of what they made at the gateway before."""
    await services.drain()
    return settled


@pytest_asyncio.fixture(scope="session")
async def settled(services: Services) -> AsyncGenerator[Neighbours, None]:
    union, other = await services.found(), await services.found()
    found = Neighbours(await union.branch(), await union.branch(), await other.run_by_a_chair())
    yield found
    for branch in (union, other, found.owner, found.sibling, found.stranger):
        await branch.client.aclose()
