"""The stand-ins on a real socket, and every network's connector set before them."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator

import httpx
import pytest

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from services.publisher.networks.registry import Connectors
from services.publisher.networks.transport import Timeouts
from shared.http import outbound_client
from shared.settings import Environment
from tests.contract.networks.official import check_calls, has_schemas
from tests.contract.networks.serving import served
from tests.contract.networks.shelf import SHELF
from tests.contract.networks.stage import Stage, opened
from tests.contract.networks.staged.registry import STAGINGS

SHORT = Timeouts(connect=1.0, read=0.5, whole=4.0, reserve=1.0)  # a test does not wait for those who hang


@pytest.fixture(scope="session")
async def stand_ins() -> AsyncGenerator[str]:
    settings = SandboxSettings(
        state=None,
        rate_limits=False,
        upload_processing_seconds=0,
        hook_first_retry_seconds=0.05,
        hook_longest_retry_seconds=0.2,
        development_accounts=False,
    )
    async with SHELF.opened(), served(create_app(settings)) as url:
        yield url


@pytest.fixture(scope="session")
async def connectors(stand_ins: str) -> AsyncGenerator[Connectors]:
    def open_client(address: str) -> httpx.AsyncClient:
        return outbound_client(Environment.TEST, read_seconds=SHORT.read, trusted_urls=[address])

    async with Connectors(open_client, stand_ins, SHORT) as connectors:
        yield connectors


@pytest.fixture(scope="session")
def checked(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How many calls were checked against the official schemas; told at the end."""
    counted = Counter[str]()
    yield counted
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter):
        reporter.write_line(f"\n{counted.total()} calls checked against the official schemas: {dict(counted)}")


@pytest.fixture(scope="session")
async def control(stand_ins: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stand_ins, trust_env=False) as control:
        yield control


@pytest.fixture(params=list(STAGINGS))
async def stage(
    request: pytest.FixtureRequest, control: httpx.AsyncClient, connectors: Connectors, checked: Counter[str]
) -> AsyncGenerator[Stage]:
    """One network after the other, each time with a community that nobody else uses, and an empty journal."""
    (await control.delete("/control/calls")).raise_for_status()
    stage = await opened(control, connectors[request.param])
    yield stage
    await stage.clear_faults()
    await stage.settings(rate_limits=False, upload_processing_seconds=0)
    if has_schemas() and not stage.breaks_limits:
        checked[stage.network] += check_calls(stage, await stage.calls()).total()
