"""What one service's process holds: its database, storage, clock and keys. Made by `main` or `worker`, never at import."""

from dataclasses import dataclass

from shared.cipher import Cipher
from shared.clock import Chance, Clock, SystemChance, SystemClock
from shared.contracts import ServiceName
from shared.db import Database
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
    """Nothing connects yet: the pool opens its first connection on first use."""
    return Runtime(
        service=service,
        settings=settings,
        database=Database(database_url, schema=service, pool=settings.database_pool),
        storage=Storage(settings.media_url),
        cipher=Cipher(settings.encryption_keys.get_secret_value()),
        clock=clock or SystemClock(),
        chance=chance or SystemChance(),
    )
