"""Sessions with accounts' servers: opened with the app password, renewed by a refresh token of a single use.

Kept in this process alone. Each account has a lock: however many calls find a session worn out, one of them renews it.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization
from services.publisher.networks.transport import Refused


class Session(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    did: str
    handle: str
    accessJwt: str  # noqa: N815 - the network's names
    refreshJwt: str  # noqa: N815


@dataclass(frozen=True)
class Login:
    """Whose session it is. `password` keeps an old one from being used once a new password was given."""

    server: str
    identifier: str
    password: str = field(repr=False)

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.server}\n{self.identifier}\n{self.password}".encode()).hexdigest()


class Sessions:
    def __init__(
        self, open_session: Callable[[Login], Awaitable[Session]], renew: Callable[[Login, Session], Awaitable[Session]]
    ) -> None:
        """Both raise Refused."""
        self._open = open_session
        self._renew = renew
        self._known: dict[str, Session] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, login: Login) -> Session:
        """The session that is open, opened when there is none. Raises Refused."""
        async with self._locks[login.key]:
            known = self._known.get(login.key)
            if known is None:
                known = self._known[login.key] = await self._open(login)
            return known

    async def renewed(self, login: Login, worn_out: Session) -> Session:
        """Another session than `worn_out`, which whoever came first has made. Raises Refused."""
        async with self._locks[login.key]:
            known = self._known.get(login.key)
            if known is not None and known != worn_out:
                return known
            self._known.pop(login.key, None)  # its refresh token may be used up, whatever comes of the call
            fresh = self._known[login.key] = await self._again(login, worn_out)
            return fresh

    async def _again(self, login: Login, worn_out: Session) -> Session:
        try:
            return await self._renew(login, worn_out)
        except Refused as refused:
            if not isinstance(refused.outcome, NeedsReauthorization):
                raise
        return await self._open(login)
