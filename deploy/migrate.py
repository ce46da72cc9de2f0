"""Every service's schema brought to its newest version, and new versions written.

python -m deploy.migrate                    as the supervisor runs it, by the environment
python -m deploy.migrate revision "words"   write the next version of every service whose tables changed
"""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import MetaData

from shared.contracts import ServiceName
from shared.db.migrations import difference, migrate_service, write_revision


class MigrationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VMESTE_", extra="ignore", validate_by_name=True)

    database_url: SecretStr  # the owner's
    role_secret: SecretStr


def schemas() -> Iterator[tuple[MetaData, Path]]:
    """Each service's metadata, with all of its tables, and the folder of its migrations."""
    for service in ServiceName:
        main = importlib.import_module(f"services.{service}.main")
        base = importlib.import_module(f"services.{service}.base")
        yield base.metadata, Path(str(main.__file__)).parent / "migrations"


async def migrate_all(owner_url: str, role_secret: str) -> None:
    for metadata, folder in schemas():
        await migrate_service(owner_url, metadata, folder, role_secret)


async def check_all(owner_url: str) -> None:
    """Raises alembic's CommandError for a service whose tables and migrations differ."""
    for metadata, folder in schemas():
        await difference(owner_url, metadata, folder)


async def write_all(owner_url: str, message: str) -> None:
    for metadata, folder in schemas():
        await write_revision(owner_url, metadata, folder, message)


def migrate(settings: MigrationSettings) -> None:
    asyncio.run(migrate_all(settings.database_url.get_secret_value(), settings.role_secret.get_secret_value()))


def main() -> None:
    settings = MigrationSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    match sys.argv[1:]:
        case []:
            migrate(settings)
        case ["revision", message]:
            asyncio.run(write_all(settings.database_url.get_secret_value(), message))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
