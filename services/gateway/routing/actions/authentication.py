"""Who a request's access token belongs to, and what they may do now.

A checked token is kept until it expires; what its owner may do is asked of the database again after five seconds, so a
revoked grant or an ended session works no longer than that. Whoever has just written through this process is asked at
once: their next request carries the position of that write.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services.gateway.partners.actions import KeyRing
from services.gateway.partners.rules import PREFIX as KEY_PREFIX
from services.gateway.sign_in.actions import AccessClaims, AccessTokens
from services.gateway.sign_in.actions.operators import PREFIX as OPERATOR_PREFIX
from services.gateway.sign_in.rules.problems import OperatorKeyOver
from shared.clock import Clock
from shared.errors import TokenOver, Unavailable
from shared.identity import NOBODY, Caller

_log = structlog.get_logger()
FRESH_SECONDS: Final = 5.0
_KEPT: Final = 4096
_RETRY_SECONDS: Final = 2

Load = Callable[[AccessClaims], Awaitable[Caller | None]]
LoadOperator = Callable[[bytes], Awaitable[Caller | None]]
Standing = tuple[float, asyncio.Future[Caller | None]]


class Authentication:
    def __init__(
        self, tokens: AccessTokens, load: Load, keys: KeyRing, clock: Clock, *, operators: LoadOperator
    ) -> None:
        self.keys = keys
        self._operators = operators
        self._tokens = tokens
        self._load = load
        self._clock = clock
        self._checked: OrderedDict[bytes, AccessClaims] = OrderedDict()
        self._standing: OrderedDict[UUID, dict[tuple[UUID, UUID], Standing]] = OrderedDict()  # by person

    async def caller(self, token: bytes | None) -> Caller:
        """Nobody without a token.

        Raises TokenOver, KeyOver or OperatorKeyOver for a bad one, Unavailable without the database.
        """
        if token is None:
            return NOBODY
        if token.startswith(KEY_PREFIX.encode()):
            return await self.keys.caller(token)
        if token.startswith(OPERATOR_PREFIX):
            operator = await _asked(self._operators(token))
            if operator is None:
                raise OperatorKeyOver
            return operator
        caller = await self._standing_of(self._claims(token))
        if caller is None:
            raise TokenOver
        return caller

    def forget(self, caller: Caller) -> None:
        """They have written something: what is known of them is old."""
        if caller.person_id is not None:
            self._standing.pop(caller.person_id, None)

    def _claims(self, token: bytes) -> AccessClaims:
        now = self._clock.now()
        claims = self._checked.get(token)
        if claims is None:
            claims = self._tokens.verify(token, now)
            self._checked[token] = claims
            if len(self._checked) > _KEPT:
                self._checked.popitem(last=False)
        elif now.timestamp() >= claims.expires_at:
            del self._checked[token]
            raise TokenOver
        return claims

    async def _standing_of(self, claims: AccessClaims) -> Caller | None:
        """One question to the database at a time for each session, however many requests come at once."""
        now = self._clock.now().timestamp()
        sessions = self._standing.setdefault(claims.person_id, {})
        session = (claims.tenant_id, claims.session_id)
        known = sessions.get(session)
        if known is None or now - known[0] >= FRESH_SECONDS or _failed(known[1]):
            known = (now, asyncio.ensure_future(_asked(self._load(claims))))
            sessions[session] = known
            if len(self._standing) > _KEPT:
                self._standing.popitem(last=False)
        return await asyncio.shield(known[1])


async def _asked(question: Awaitable[Caller | None]) -> Caller | None:
    try:
        return await question
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        _log.warning("authentication.database", error=type(error).__name__)
        raise Unavailable(retry_after=_RETRY_SECONDS) from error


def _failed(standing: asyncio.Future[Caller | None]) -> bool:
    return standing.done() and (standing.cancelled() or standing.exception() is not None)
