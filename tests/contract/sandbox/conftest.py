"""The stand-ins, one server for all tests of this folder, empty before each."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from tests.contract.sandbox.stand import Listener, Stand, hook_up, listening, served

QUICK = {
    "rate_limits": False,
    "upload_processing_seconds": 0,
    "hook_first_retry_seconds": 0.02,
    "hook_longest_retry_seconds": 0.1,
    "hook_give_up_seconds": 60,
}


@pytest.fixture(scope="session")
async def address() -> AsyncGenerator[str]:
    settings = SandboxSettings(state=None, development_accounts=False)
    async with served(create_app(settings)) as address:
        yield address


@pytest.fixture(scope="session")
async def client(address: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:  # noqa: S501 - plain HTTP
        yield client


@pytest.fixture
async def stand(client: httpx.AsyncClient) -> Stand:
    stand = Stand(client)
    assert (await client.post("/control/reset")).status_code == 204
    await stand.settings(**QUICK)
    for network in ("telegram", "vk", "max"):
        await stand.open(network)
    return stand


@pytest.fixture(params=["telegram", "vk", "max"])
def network(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def listener(stand: Stand, network: str) -> AsyncGenerator[Listener]:
    """A hook that is registered for the network under test."""
    async with listening(network) as (listener, url):
        await hook_up(stand, listener, url)
        yield listener
