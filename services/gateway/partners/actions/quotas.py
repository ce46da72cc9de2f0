"""How many requests a key may make, counted in Redis and told with every answer.

While Redis is away a key may read, uncounted, and changes nothing.
"""

import math
import time
from typing import Final
from uuid import UUID

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.types import Message, Scope, Send

from services.gateway.partners.rules import Quota, quota_used_up
from shared.errors import Unavailable

_log = structlog.get_logger()
QUOTA: Final = "vmeste.quota"  # in the scope: headers that the answer carries, whoever makes it
_WINDOW_SECONDS: Final = 60
_RETRY_SECONDS: Final = 2
_REDIS_SECONDS: Final = 1.0
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Quotas:
    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
            redis_url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        )
        storage = RedisStorage(
            "async+redis://",  # the pool says where
            implementation="redispy",
            key_prefix="vmeste:quota",
            connection_pool=self._redis.connection_pool,  # pyright: ignore[reportArgumentType] - as its docstring says
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def close(self) -> None:
        await self._redis.aclose()

    async def metered(self, key_id: UUID, limit: int, scope: Scope, send: Send) -> Send:
        """Count the request, and say with its answer how many are left.

        Raises QuotaUsedUp; Unavailable for a change while it cannot be counted.
        """
        quota, is_within = await self._count(key_id, limit, reads=scope["method"] in _READS)
        if quota is None:
            return send
        scope[QUOTA] = quota.headers
        if not is_within:
            raise quota_used_up(quota)
        added = [(name.encode(), value.encode()) for name, value in quota.headers.items()]

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        return telling

    async def _count(self, key_id: UUID, limit: int, *, reads: bool) -> tuple[Quota | None, bool]:
        item = RateLimitItemPerMinute(limit)
        try:
            is_within = await self._limiter.hit(item, key_id.hex)
            stats = await self._limiter.get_window_stats(item, key_id.hex)
        except (RedisError, OSError) as error:
            _log.warning("quotas.uncounted", error=type(error).__name__)
            if not reads:
                raise Unavailable(retry_after=_RETRY_SECONDS) from error
            return None, True
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Quota(limit, _WINDOW_SECONDS, stats.remaining if is_within else 0, reset), is_within
