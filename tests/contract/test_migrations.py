"""The migrations lead to the tables that the code has."""

import pytest
from alembic.util import CommandError

from deploy.migrate import check_all, schemas
from shared.db import service_metadata
from shared.db.migrations import difference
from tests.conftest import Ground


async def test_tables_and_migrations_do_not_differ(ground: Ground) -> None:
    await check_all(ground.owner_url)


async def test_a_difference_would_be_found(ground: Ground) -> None:
    """The control: without its tables, a service differs from its own migrations."""
    _, folder = next(schemas())
    with pytest.raises((CommandError, AssertionError)):
        await difference(ground.owner_url, service_metadata("gateway"), folder)
