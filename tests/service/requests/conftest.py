"""The requests service on a real database, a fresh tenant for each test, and its staff."""

from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio

from services.requests.main import create_app
from services.requests.settings import RequestsSettings
from services.requests.worker import consumers
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.runtime import open_runtime
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.requests.chat import Chat


@pytest_asyncio.fixture(scope="session")
async def kit(ground: Ground, signer: IdentitySigner) -> AsyncGenerator[ServiceKit, None]:
    settings = ground.settings(RequestsSettings, ServiceName.REQUESTS)
    runtime = open_runtime(
        ServiceName.REQUESTS, settings, settings.database_url, clock=FakeClock(), chance=SeededChance()
    )
    service = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    yield service
    await service.close()


@pytest_asyncio.fixture
async def tenant(kit: ServiceKit) -> Tenant:
    return await kit.new_tenant()


@pytest_asyncio.fixture
async def staff(kit: ServiceKit, tenant: Tenant) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A dispatcher of the whole union, who is in its directory."""
    person_id = await kit.new_person(tenant, name="Петров Пётр")
    async with kit.client(tenant.caller(Role.DISPATCHER, person_id=person_id)) as client:
        yield client


@pytest.fixture
def chat(kit: ServiceKit, tenant: Tenant) -> Chat:
    return Chat(kit, tenant, tenant.root)
