"""One house for all stories: gateway, services, workers and relay in this process, on a database and a Redis of their own.

The relay works all the time, so it must not share its database with tests that look into outboxes. The stand-in
networks and the gateway listen on loopback ports, for they call each other.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from deploy.local.redis import EmbeddedRedis
from deploy.one_process import HouseSettings, one_process
from deploy.sandbox.main import create_app as create_stand_ins
from deploy.sandbox.settings import SandboxSettings
from deploy.stand_ins import StandIns
from services.gateway.settings import GatewaySettings
from services.publisher.settings import PublisherSettings
from services.requests.settings import RequestsSettings
from services.surveys.settings import SurveysSettings
from shared.contracts import ServiceName
from shared.relay import RelaySettings
from shared.settings import Environment
from tests.conftest import SIGNING_KEY, Ground
from tests.databases import copied
from tests.e2e.serving import loopback_listener, served
from tests.e2e.unions import Hall, Union, found_union
from tests.service.gateway.receiver import PartnerServer, partner_server


@dataclass(frozen=True)
class Outside:
    """Where the stand-ins listen: as networks and their control, and as a mail server."""

    address: str
    smtp_url: str


@pytest.fixture(scope="session")
async def outside() -> AsyncGenerator[Outside, None]:
    listener, address = loopback_listener()
    settings = SandboxSettings(
        public_url=address,
        upload_processing_seconds=0.1,
        hook_first_retry_seconds=0.1,
        development_accounts=False,
        smtp_port=0,
    )
    app = create_stand_ins(settings)
    async with served(app, listener, lifespan="on"):
        yield Outside(address, f"smtp://127.0.0.1:{app.state.catcher.port}")


@pytest.fixture(scope="session")
async def stand_ins(outside: Outside) -> AsyncGenerator[StandIns, None]:
    async with StandIns(outside.address) as control:
        yield control


@pytest.fixture(scope="session")
async def partner_site() -> AsyncGenerator[PartnerServer, None]:
    """Where a partner's webhooks are called."""
    async with partner_server() as server:
        yield server


@pytest.fixture(scope="session")
async def story_ground(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Ground, None]:
    redis = EmbeddedRedis(tmp_path_factory.mktemp("stories-redis"), fast=True)
    try:
        url = await copied(ground.owner_url, "stories")
        yield Ground(url, redis.start(), tmp_path_factory.mktemp("stories-media"))
    finally:
        redis.stop()


@pytest.fixture(scope="module")
def ask_seconds() -> float:
    """How often networks without hooks are asked. A file whose stories wait for them has a fixture of its own."""
    return 60.0


@pytest.fixture(scope="module")
async def hall(
    story_ground: Ground, outside: Outside, partner_site: PartnerServer, ask_seconds: float
) -> AsyncGenerator[Hall, None]:
    """The house at work: for one file's stories, since it looks for work all the time and slows down what is beside it."""
    listener, address = loopback_listener()
    settings = _settings(story_ground, address, outside, partner_site.url, ask_seconds)
    async with one_process(settings) as house, served(house.edge, listener, lifespan="off"):
        yield Hall(address, settings.gateway, house.rooms.state.desk)


@pytest.fixture
async def union(hall: Hall) -> AsyncGenerator[Union, None]:
    """A fresh union with its first administrator."""
    async with await found_union(hall) as union:
        yield union


def _settings(ground: Ground, address: str, outside: Outside, partner_url: str, ask_seconds: float) -> HouseSettings:
    relay_urls = dict.fromkeys(ServiceName, ground.relay_url)
    return HouseSettings(
        gateway=ground.settings(
            GatewaySettings,
            ServiceName.GATEWAY,
            public_url=address,
            signing_keys=SIGNING_KEY,
            smtp_url=outside.smtp_url,
            trusted_urls=partner_url,
            tries_per_address=100_000,  # all of a test's people sign in from here
        ),
        publisher=ground.settings(
            PublisherSettings,
            ServiceName.PUBLISHER,
            public_url=address,
            sandbox_url=outside.address,
            ask_seconds=ask_seconds,
            network_seconds=5.0,  # no machine is so busy that a stand-in seems to hang
        ),
        requests=ground.settings(RequestsSettings, ServiceName.REQUESTS, public_url=address),
        surveys=ground.settings(SurveysSettings, ServiceName.SURVEYS, public_url=address),
        relay=RelaySettings(environment=Environment.TEST, redis_url=ground.redis_url, relay_database_urls=relay_urls),
    )
