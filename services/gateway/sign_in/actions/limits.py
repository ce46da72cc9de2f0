"""How often signing in may be tried, counted in Redis. Without Redis nobody signs in: guessing must not become free."""

import hashlib
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.rules import too_many_tries
from shared.errors import Unavailable

_log = structlog.get_logger()
_SECONDS: Final = 1.0  # for Redis to answer
_RETRY_SECONDS: Final = 5


class TryLimits:
    def __init__(self, settings: GatewaySettings) -> None:
        self._redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
            settings.redis_url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        )
        self._per_account = settings.tries_per_account
        self._per_address = settings.tries_per_address
        self._window = settings.tries_window_seconds

    async def count(self, name: str, address: str) -> None:
        """Count one try before it is made. Raises TooManyTries, or Unavailable without Redis."""
        try:
            await self._count(_key("account", name), self._per_account)
            await self._count(_key("address", address), self._per_address)
        except (RedisError, OSError) as error:
            raise Unavailable(retry_after=_RETRY_SECONDS) from error

    async def forgive(self, name: str) -> None:
        """A success: the account's tries count from the beginning. That Redis left just now is no reason to refuse it."""
        try:
            await self._redis.delete(_key("account", name))  # pyright: ignore[reportUnknownMemberType] - as above
        except (RedisError, OSError) as error:
            _log.warning("sign_in.not_forgiven", error=type(error).__name__)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _count(self, key: str, limit: int) -> None:
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.ttl(key)
            answers: list[int] = await pipeline.execute()  # pyright: ignore[reportUnknownMemberType] - as above
        tries, left = answers
        if left < 0:  # new, or left without an end by a crash in between
            await self._redis.expire(key, self._window)
            left = self._window
        if tries > limit:
            raise too_many_tries(left)


def _key(kind: str, of: str) -> str:
    """Names and addresses are personal data: only their hashes lie in Redis."""
    return f"vmeste:sign_in:{kind}:{hashlib.sha256(of.encode()).hexdigest()[:32]}"
