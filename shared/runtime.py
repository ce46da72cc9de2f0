"""What one service's process holds: its database, storage, clock and keys. Made by `main` or `worker`, never at import."""

from dataclasses import dataclass

from shared.cipher import Cipher
from shared.clock import Chance, Clock, SystemChance
from shared.contracts import ServiceName
from shared.db import Database
from shared.db.clock import DatabaseClock
from shared.settings import PlatformSettings
from shared.storage import Storage


@dataclass(frozen=True)
class Runtime:
    service: ServiceName
    settings: PlatformSettings
    database: Database
    storage: Storage
    cipher: Cipher
    clock: Clock
    chance: Chance

    async def close(self) -> None:
        await self.database.close()


def open_runtime(
    service: ServiceName,
    settings: PlatformSettings,
    database_url: str,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
) -> Runtime:
    """Nothing connects yet: the pool opens its first connection on first use. `clock`, if not the database's, is a test's."""
    clock = clock or DatabaseClock()
    return Runtime(
        service=service,
        settings=settings,
        database=Database(
            database_url,
            schema=service,
            pool=settings.database_pool,
            clock=clock if isinstance(clock, DatabaseClock) else None,
        ),
        storage=Storage(settings.media_url),
        cipher=Cipher(settings.encryption_keys.get_secret_value()),
        clock=clock,
        chance=chance or SystemChance(),
    )
