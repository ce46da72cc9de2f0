"""The publisher on a real database, with networks in memory and a fresh tenant for each test."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from services.publisher.main import create_app
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.fake_web import FakeWeb
from tests.service.publisher.newsroom import Newsroom
from tests.service.publisher.post_office import PostOffice


@pytest.fixture(scope="session")
def all_networks() -> FakeNetworks:
    return FakeNetworks()


@pytest.fixture(scope="session")
def post_office() -> PostOffice:
    return PostOffice(FakeClock())


@pytest.fixture(scope="session")
def whole_web() -> FakeWeb:
    return FakeWeb()


@pytest_asyncio.fixture(scope="session")
async def kit(
    ground: Ground, signer: IdentitySigner, all_networks: FakeNetworks, post_office: PostOffice, whole_web: FakeWeb
) -> AsyncGenerator[ServiceKit, None]:
    settings = ground.settings(
        PublisherSettings, ServiceName.PUBLISHER, max_jobs=10, rehearsal_pace=0
    )  # the clock stands still
    runtime = open_publisher(
        settings,
        clock=FakeClock(),
        chance=SeededChance(),
        connectors=all_networks,
        mailer=post_office,
        web=whole_web.client(),
    )
    service = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    yield service
    await service.close()


@pytest_asyncio.fixture
async def tenant(kit: ServiceKit) -> Tenant:
    return await kit.new_tenant()


@pytest.fixture
def web(whole_web: FakeWeb) -> FakeWeb:
    whole_web.reset()
    return whole_web


@pytest.fixture
def networks(all_networks: FakeNetworks) -> FakeNetworks:
    all_networks.reset()
    return all_networks


@pytest_asyncio.fixture
async def newsroom(kit: ServiceKit, tenant: Tenant, networks: FakeNetworks) -> AsyncGenerator[Newsroom, None]:
    """As the information officer of the whole union."""
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
        yield Newsroom(kit, tenant, networks, client)
    await kit.house.forget(tenant.id)
