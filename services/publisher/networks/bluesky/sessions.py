"""Sessions with accounts' servers: opened with the app password, renewed by a refresh token of a single use.

All workers share them by the account's shelf: however many calls of however many processes find a session worn out, one
of them renews it. A renewal whose answer is lost is not tried again with the same token, which may be used up: the next
one opens a session with the app password, and if that is refused, somebody must connect the account again.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Retry
from services.publisher.networks.reasons import reason
from services.publisher.networks.shelf import Kept, OwnShelf, Shelf, Turn
from services.publisher.networks.transport import Refused

WAIT_SECONDS = 5.0  # for another's renewal: a call has its whole time of 19 s for that and itself
ASK_SECONDS = 0.1


class Session(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    did: str
    handle: str
    accessJwt: str  # noqa: N815 - the network's names
    refreshJwt: str  # noqa: N815


@dataclass(frozen=True)
class Numbered:
    """The session, and the how-many-th of its account it is: by that a worn-out one is told from its successor."""

    session: Session
    number: int


@dataclass(frozen=True)
class Login:
    """Whose session it is. `password` keeps an old one from being used once a new password was given."""

    server: str
    identifier: str
    password: str = field(repr=False)
    shelf: Shelf | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.server}\n{self.identifier}\n{self.password}".encode()).hexdigest()

    @property
    def place(self) -> str:
        """Where this process remembers it: two tenants may have connected one account."""
        return f"{self.key} {'' if self.shelf is None else self.shelf.name}"


class Sessions:
    def __init__(
        self, open_session: Callable[[Login], Awaitable[Session]], renew: Callable[[Login, Session], Awaitable[Session]]
    ) -> None:
        """Both raise Refused."""
        self._open = open_session
        self._renew = renew
        self._known: dict[str, Numbered] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._own = OwnShelf()

    async def current(self, login: Login) -> Numbered:
        """The session that is open, opened when there is none. Raises Refused."""
        async with self._locks[login.place]:
            return self._known.get(login.place) or await self._next(login, 0)

    async def renewed(self, login: Login, worn_out: Numbered) -> Numbered:
        """Another session than `worn_out`, which whoever came first has made. Raises Refused."""
        async with self._locks[login.place]:
            known = self._known.get(login.place)
            if known is not None and known.number > worn_out.number:
                return known
            self._known.pop(login.place, None)
            return await self._next(login, worn_out.number)

    async def _next(self, login: Login, after: int) -> Numbered:
        shelf = login.shelf or self._own
        end = asyncio.get_running_loop().time() + WAIT_SECONDS
        while (found := await shelf.take(login.key, after)) is None:
            if asyncio.get_running_loop().time() >= end:
                raise Refused(Retry(reason("preparation_lost", "another renews the session")))
            await asyncio.sleep(ASK_SECONDS)
        match found:
            case Kept():
                made = Numbered(Session.model_validate_json(found.content), found.number)
            case Turn():
                made = Numbered(await self._made(login, shelf, found), found.number)
        self._known[login.place] = made
        return made

    async def _made(self, login: Login, shelf: Shelf, turn: Turn) -> Session:
        try:
            session = await self._again(login, turn.last)
        except BaseException:
            await shelf.give_up(login.key, turn)
            raise
        await shelf.put(login.key, turn, session.model_dump_json())
        return session

    async def _again(self, login: Login, last: str | None) -> Session:
        if last is not None:
            try:
                return await self._renew(login, Session.model_validate_json(last))
            except Refused as refused:
                if not isinstance(refused.outcome, NeedsReauthorization):
                    raise
        return await self._open(login)
