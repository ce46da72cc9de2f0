"""One stack for all figures: cloned, started cold, stopped, started again, and left running until the end."""

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass

import aiohttp
import pytest

from deploy.client import Client
from deploy.demo.union import ADMINISTRATOR, PASSWORD
from tests.bench.load import Caller
from tests.bench.stack import Stack

Say = Callable[[str], None]


@dataclass(frozen=True)
class Started:
    stack: Stack
    cold: float  # seconds of the first `make up`: environment, packages, databases, demo, tour
    second: float


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Say:
    """Print a figure so that it is seen whatever pytest captures."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")

    def line(words: str) -> None:
        if reporter is not None:
            reporter.write_line(words)

    return line


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    stack = Stack.cloned(tmp_path_factory.mktemp("bench") / "vmeste")
    cold = stack.make("up")
    stack.make("down")
    second = stack.make("up")
    yield Started(stack, cold, second)
    stack.remove()


@pytest.fixture(scope="session")
def stack(started: Started) -> Stack:
    return started.stack


@pytest.fixture(scope="session")
async def administrator(stack: Stack) -> AsyncGenerator[Client, None]:
    async with await Client.signed_in(stack.address("gateway"), ADMINISTRATOR, PASSWORD) as client:
        yield client


@pytest.fixture
async def caller() -> AsyncGenerator[Caller, None]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Caller(session)
