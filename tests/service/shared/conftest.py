"""The made-up service on a database of its own, with consumers that a test chooses, and nothing left in its outbox."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
import pytest_asyncio
from sqlalchemy import text

from deploy.local.postgres import EmbeddedPostgres
from shared.consumers import Consumer
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.runtime import open_runtime
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.databases import ROLE_SECRET
from tests.service.shared.notes import DIRECTORY, NotesSettings, create_app, metadata
from tests.service.shared.schema import engine, make_database

MakeKit = Callable[..., ServiceKit]
Rows = Callable[..., Awaitable[list[dict[str, object]]]]


@pytest_asyncio.fixture(scope="session")
async def notes_ground(postgres: EmbeddedPostgres, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """As `ground`, on a database that holds the made-up service alone."""
    url = await make_database(postgres.url, "platform", metadata, ROLE_SECRET)
    return Ground(url, redis_url, tmp_path_factory.mktemp("media"))


@pytest_asyncio.fixture
async def as_owner(notes_ground: Ground) -> Rows:
    """One statement as the owner, whom row-level security does not stop."""

    async def rows(statement: str, **values: object) -> list[dict[str, object]]:
        async with engine(notes_ground.owner_url).begin() as connection:
            result = await connection.execute(text(statement), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    return rows


@pytest_asyncio.fixture
async def make_kit(notes_ground: Ground, signer: IdentitySigner, as_owner: Rows) -> AsyncGenerator[MakeKit, None]:
    """`make_kit(*consumers, **settings)`: the service with these consumers beside those of its directory."""
    await as_owner("TRUNCATE surveys.outbox, surveys.dead_letter")
    kits: list[ServiceKit] = []

    def make(*consumers: Consumer, **more: object) -> ServiceKit:
        settings = notes_ground.settings(NotesSettings, ServiceName.SURVEYS, **more)
        runtime = open_runtime(
            ServiceName.SURVEYS, settings, settings.database_url, clock=FakeClock(), chance=SeededChance()
        )
        kit = ServiceKit(create_app(runtime), [*DIRECTORY.consumers(), *consumers], signer, notes_ground.relay_url)
        kits.append(kit)
        return kit

    yield make
    for kit in kits:
        await kit.close()


@pytest.fixture
def kit(make_kit: MakeKit) -> ServiceKit:
    return make_kit()


@pytest_asyncio.fixture
async def tenant(kit: ServiceKit) -> Tenant:
    return await kit.new_tenant()
