"""The surveys service on a real database, a fresh tenant for each test, its chair and its members."""

from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio

from services.surveys.main import create_app
from services.surveys.settings import SurveysSettings
from services.surveys.worker import consumers
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.runtime import open_runtime
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground


@pytest_asyncio.fixture(scope="session")
async def kit(ground: Ground, signer: IdentitySigner) -> AsyncGenerator[ServiceKit, None]:
    settings = ground.settings(SurveysSettings, ServiceName.SURVEYS)
    runtime = open_runtime(
        ServiceName.SURVEYS, settings, settings.database_url, clock=FakeClock(), chance=SeededChance()
    )
    service = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    yield service
    await service.close()


@pytest_asyncio.fixture
async def tenant(kit: ServiceKit) -> Tenant:
    return await kit.new_tenant()


@pytest_asyncio.fixture
async def chair(kit: ServiceKit, tenant: Tenant) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody who runs the whole union's surveys and events; not a member, so that nobody else is on a roster."""
    async with kit.client(tenant.caller(Role.CHAIR)) as client:
        yield client
