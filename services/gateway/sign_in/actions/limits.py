"""How often signing in may be tried, counted in Redis. Without Redis nobody signs in: guessing must not become free."""

import hashlib
import math
import time
from typing import Final
from uuid import UUID

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.rules.addresses import address_block, address_site
from services.gateway.sign_in.rules.problems import too_many_tries
from shared.errors import Unavailable

_log = structlog.get_logger()
_SECONDS: Final = 1.0  # for Redis to answer
_RETRY_SECONDS: Final = 5


class TryLimits:
    """Over a moving window: whoever waits until the clock's next quarter of an hour gains nothing.

    An account is counted tightly from one site (an IPv4 address, an IPv6 /48) and loosely from all of them: whoever guesses
    at somebody's password from one is stopped soon, and does not keep its owner out. Whoever has many sites can.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
            settings.redis_url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        )
        storage = RedisStorage(
            "async+redis://",  # the pool says where
            implementation="redispy",
            key_prefix="vmeste:sign_in",
            connection_pool=self._redis.connection_pool,  # pyright: ignore[reportArgumentType] - as its docstring says
        )
        self._limiter = MovingWindowRateLimiter(storage)
        window = settings.tries_window_seconds
        self._overall = RateLimitItemPerSecond(settings.tries_overall, window, namespace="overall")
        self._account = RateLimitItemPerSecond(settings.tries_per_account, window, namespace="account")
        self._name = RateLimitItemPerSecond(settings.tries_per_name, window, namespace="name")
        self._address = RateLimitItemPerSecond(settings.tries_per_address, window, namespace="address")
        self._codes_of_account = RateLimitItemPerSecond(settings.codes_per_account, window, namespace="codes")
        self._codes_of_name = RateLimitItemPerSecond(settings.codes_per_name, window, namespace="code_name")
        self._codes_of_address = RateLimitItemPerSecond(settings.codes_per_address, window, namespace="code_address")

    async def count(self, name: str, tenant_id: UUID | None, address: str) -> None:
        """Count one try before it is made. Raises TooManyTries, or Unavailable without Redis.

        Of each tenant that is named apart: a success in one must not pay for guesses in another.
        """
        account = _account_key(name, tenant_id)
        await self._count(
            (self._address, address_block(address)),
            (self._account, _from(address, account)),
            (self._name, account),
            (self._overall, ""),
        )

    async def count_proof(self, address: str) -> None:
        """The same where nobody knows yet whose account it is. Raises TooManyTries, or Unavailable without Redis."""
        await self._count((self._address, address_block(address)), (self._overall, ""))

    async def count_code(self, name: str, address: str) -> None:
        """Count a code that is asked for. Raises TooManyTries, or Unavailable without Redis."""
        await self._count(
            (self._codes_of_address, address_block(address)),
            (self._codes_of_account, _from(address, name)),
            (self._codes_of_name, name),
            (self._overall, ""),
        )

    async def forgive(self, name: str, tenant_id: UUID | None, address: str) -> None:
        """A success: the account's tries from there count anew. That Redis left just now is no reason to refuse it."""
        account = _account_key(name, tenant_id)
        try:
            await self._limiter.clear(self._account, _key(_from(address, account)))
            await self._limiter.clear(self._name, _key(account))
        except (RedisError, OSError) as error:
            _log.warning("sign_in.not_forgiven", error=type(error).__name__)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _count(self, *limits: tuple[RateLimitItem, str]) -> None:
        try:
            for item, of in limits:
                if not await self._limiter.hit(item, _key(of)):
                    stats = await self._limiter.get_window_stats(item, _key(of))
                    seconds = math.ceil(stats.reset_time - time.time())
                    raise too_many_tries(seconds, item.namespace, item.amount, item.get_expiry())
        except (RedisError, OSError) as error:
            raise Unavailable(retry_after=_RETRY_SECONDS) from error


def _account_key(name: str, tenant_id: UUID | None) -> str:
    return name if tenant_id is None else f"{tenant_id}\0{name}"


def _from(address: str, of: str) -> str:
    return f"{address_site(address)}\0{of}"


def _key(of: str) -> str:
    """Names and addresses are personal data: only their hashes lie in Redis."""
    return hashlib.sha256(of.encode()).hexdigest()[:32]
