"""One throw-away PostgreSQL and Redis per test process, migrated once; settings and keys for the services on them."""

import asyncio
import base64
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TypeVar, cast

import pytest
import structlog
import uvloop
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from shared.contracts import ServiceName
from shared.db.security import RELAY_ROLE, role_password, service_role
from shared.identity import IdentitySigner, encode_public, private_key
from shared.logs import redact, render_exception
from shared.settings import Environment, PlatformSettings
from shared.testing.clock import FakeClock
from tests.databases import ROLE_SECRET, first_migrated
from tests.properties import load_profile
from tests.turns import taken_in_turns

NOT_EVERYDAY = {Path(__file__).parent / name for name in ("bench", "chaos", "fuzz")}
SIGNING_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()

load_profile()

# As the services do. Its own rendering of tracebacks, with all locals, takes half a minute of CPU for a deep one.
structlog.configure(processors=[render_exception, redact, structlog.processors.KeyValueRenderer()])

# jsonschema builds 38 grammars of it on import, for a format that no schema of ours has: seconds of every test process.
sys.modules["rfc3987_syntax"] = cast("ModuleType", None)  # "not there"

S = TypeVar("S", bound=PlatformSettings)


@dataclass(frozen=True)
class Ground:
    """What every service under test stands on."""

    owner_url: str
    redis_url: str
    media: Path
    encryption_key: str = field(
        default_factory=lambda: Fernet.generate_key().decode(), repr=False
    )  # of an installation

    def url_of(self, role: str) -> str:
        password = role_password(ROLE_SECRET, role)
        return make_url(self.owner_url).set(username=role, password=password).render_as_string(hide_password=False)

    @property
    def relay_url(self) -> str:
        return self.url_of(RELAY_ROLE)

    def settings(self, kind: type[S], service: ServiceName, **more: object) -> S:
        values: dict[str, object] = {
            "environment": Environment.TEST,
            "database_url": self.url_of(service_role(service)),
            "redis_url": self.redis_url,
            "media_url": self.media.as_uri(),
            "identity_public_keys": encode_public(private_key(SIGNING_KEY).public_key()),
            "encryption_keys": self.encryption_key,
            "public_url": "https://vmeste.test",
        }
        return kind(**(values | more))  # pyright: ignore[reportArgumentType] - each kind checks its own fields


def pytest_configure(config: pytest.Config) -> None:
    """The everyday tests run on uvloop, as the services do."""
    if _is_everyday(config):
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # pyright: ignore[reportDeprecated] - in a Python to come


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The everyday tests do not even import what has targets of its own."""
    return True if _is_everyday(config) and collection_path in NOT_EVERYDAY else None


def _is_everyday(config: pytest.Config) -> bool:
    return "not fuzz" in config.option.markexpr


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = taken_in_turns(items)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not look through a million objects again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("pg"), fast=True)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def ground(postgres: EmbeddedPostgres, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    asyncio.run(first_migrated(postgres.url))
    return Ground(postgres.url, redis_url, tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def signer() -> IdentitySigner:
    return IdentitySigner(private_key(SIGNING_KEY))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
