"""One HTTP exchange with a network, and whether the network may have taken it.

What certainly was not sent (no connection) may be tried again; what was sent without a readable answer is in doubt,
unless the call has no effect at all or a repeat with its key has none.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.publisher.networks.outcomes import Reason, Refusal, Rejected, Retry, Throttled, Unknown, Unreachable
from services.publisher.networks.reasons import reason
from shared.http import UnsafeUrl

LARGEST_ANSWER = 4_000_000  # bytes; a hundred posts of a wall are some 500 kB
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

OF_RECIPIENT = {"network.no_rights": "recipient_blocked", "network.chat_not_found": "recipient_not_found"}

Reply = TypeVar("Reply", bound=BaseModel)
FormFile = tuple[str, tuple[str, bytes, str]]  # field, (file name, content, content type)


@dataclass(frozen=True)
class Timeouts:
    """Seconds. `whole` bounds one `publish` or `send_direct` with all its calls: a lease on an attempt lasts longer.

    Preparations (uploads) stop `reserve` before that end, so that the one call with an effect has its time.
    """

    connect: float = 5.0
    read: float = 15.0
    whole: float = 19.0
    reserve: float = 7.0


class Effect(StrEnum):
    """What a call does to the outside, which decides what may be done after a lost answer."""

    NONE = "none"  # a question or a preparation
    KEYED = "keyed"  # the network knows a repeat by its key
    ONCE = "once"


class Refused(Exception):
    """A call did not succeed. Never leaves a connector."""

    def __init__(self, outcome: Refusal) -> None:
        super().__init__(outcome.reason.code)
        self.outcome = outcome


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Call:
    """What is sent. At most one of `form` (with `files` multipart, else url-encoded), `json` and `content` is given."""

    method: str
    url: str
    query: Mapping[str, str | Sequence[str]] | None = None
    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    files: Sequence[FormFile] = ()
    json: Mapping[str, object] | None = None
    content: bytes | None = None
    effect: Effect = Effect.NONE


async def exchange(client: httpx.AsyncClient, timeouts: Timeouts, call: Call) -> Answer:
    """The network's answer, whatever its status. Raises Refused with Retry (not taken) or Unknown (in doubt)."""
    try:
        async with client.stream(
            call.method,
            call.url,
            params=call.query,
            headers=call.headers,
            data=call.form,
            files=list(call.files) or None,
            json=call.json,
            content=call.content,
            timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=timeouts.connect),
            follow_redirects=False,
        ) as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise Refused(lost_answer(call.effect, "too large"))
            return Answer(response.status_code, response.headers, content)
    except UnsafeUrl as error:  # an upload server on an address that must not be called
        raise Refused(Rejected(reason("unsafe_address"))) from error
    except _NEVER_SENT as error:
        raise Refused(Retry(reason("not_connected", type(error).__name__))) from error
    except httpx.HTTPError as error:
        raise Refused(lost_answer(call.effect, type(error).__name__)) from error


def lost_answer(effect: Effect, what_happened: str) -> Retry | Unknown:
    """The call went out, its answer did not come or cannot be read."""
    if effect is Effect.NONE:
        return Retry(reason("preparation_lost", what_happened))
    return Unknown(reason("no_answer", what_happened))


def server_error(effect: Effect, network_code: str) -> Retry | Unknown:
    """The network says that it failed, not whether it had taken the call before."""
    why = reason("server_error", network_code)
    return Unknown(why) if effect is Effect.ONCE else Retry(why)


def read(model: type[Reply], content: bytes, effect: Effect) -> Reply:
    """A successful answer as `model`. Raises Refused when it is something else."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise Refused(lost_answer(effect, "unreadable")) from error


def why_not(refusal: Refusal) -> Reason:
    """Why the network refused to answer a question. Raises Unreachable when it was not able to."""
    match refusal:
        case Throttled(retry_after=seconds):
            raise Unreachable(refusal.reason.text, retry_after=ceil(seconds))
        case Retry() | Unknown():
            raise Unreachable(refusal.reason.text)
        case _:
            return refusal.reason


def of_recipient(refusal: Refusal) -> Refusal:
    """A refusal of a direct message: what networks say of a chat concerns the person in it."""
    name = OF_RECIPIENT.get(refusal.reason.code)
    if name is None or not isinstance(refusal, Rejected):
        return refusal
    return Rejected(reason(name, refusal.reason.network_code))


class Budget:
    """The time of one `publish` or `send_direct`: preparations may not eat up what the call with an effect needs."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._end = asyncio.get_running_loop().time() + timeouts.whole
        self._reserve = timeouts.reserve

    @property
    def spare(self) -> float:
        """Seconds that preparations may still take."""
        return self._end - self._reserve - asyncio.get_running_loop().time()

    @asynccontextmanager
    async def preparation(self) -> AsyncGenerator[None]:
        """Raises Refused with Retry when it takes too long: nothing was published."""
        try:
            async with asyncio.timeout_at(self._end - self._reserve):
                yield
        except TimeoutError as error:
            raise Refused(Retry(reason("preparation_lost", "too slow"))) from error

    @asynccontextmanager
    async def effect(self) -> AsyncGenerator[None]:
        """Raises Refused with Unknown when it takes too long."""
        try:
            async with asyncio.timeout_at(self._end):
                yield
        except TimeoutError as error:
            raise Refused(Unknown(reason("no_answer", "too slow"))) from error
