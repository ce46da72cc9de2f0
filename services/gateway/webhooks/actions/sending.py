"""A turn of a webhook: calls to an address that a user gave, signed, bounded in time, never redirected."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import httpx
from sqlmodel import select

from services.gateway.runtime import gateway_of
from services.gateway.webhooks.actions.outcomes import Answered, end_turn
from services.gateway.webhooks.actions.turns import TURN_SECONDS, Parcel, Turn, begin_turn
from services.gateway.webhooks.rules import GONE, OPENS_AFTER, SHOWN_ANSWER, signed_headers
from services.gateway.webhooks.schemas import Payload
from services.gateway.webhooks.tables import Event, Webhook
from shared.consumers import Later, Work
from shared.contracts.gateway import WebhookDue
from shared.errors import Problem

_AT_ONCE: Final = 4  # calls of one turn, each of another subject
_LANE_SECONDS: Final = 1.0


class Lanes:
    """How many turns a worker makes at once. Webhooks that answer slowly share a few: the others never wait for them."""

    def __init__(self) -> None:
        self._taken = {True: 0, False: 0}

    @contextmanager
    def lane(self, max_jobs: int, *, slow: bool) -> Generator[None]:
        """Half of a worker's jobs may be turns, a fifth of them slow ones. Raises Later when no lane is free."""
        if self._taken[slow] >= max(1, max_jobs // (5 if slow else 2)):
            raise Later(_LANE_SECONDS)
        self._taken[slow] += 1
        try:
            yield
        finally:
            self._taken[slow] -= 1


async def send_due(work: Work, due: WebhookDue, lanes: Lanes) -> None:
    """Take a turn, if it is still on: write the attempts down, make the calls, record the answers. Raises Later."""
    async with work.transaction() as context:
        slow = await context.store.first(select(Webhook.slow).where(Webhook.id == due.webhook_id))
    with lanes.lane(work.runtime.settings.max_jobs, slow=bool(slow)):
        async with work.transaction() as context:
            turn = await begin_turn(context, due)
        if turn is None:
            return
        answers = await _Round(work, turn).calls()
        async with work.transaction() as context:
            await end_turn(context, turn, answers)


class _Round:
    """The calls of one turn: one subject's in their order, several subjects at once."""

    def __init__(self, work: Work, turn: Turn) -> None:
        self._runtime = gateway_of(work.runtime)
        self._turn = turn
        self._secrets = [self._runtime.cipher.decrypt(sealed) for sealed in _sealed(turn, self._runtime.clock.now())]
        self._streak = turn.webhook.failures
        self._gone = False
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._ends = asyncio.get_running_loop().time() + TURN_SECONDS
        self._answers: list[Answered] = []

    async def calls(self) -> Sequence[Answered]:
        """The answers in the order in which they came."""
        async with asyncio.TaskGroup() as group:
            for parcels in _by_subject(self._turn.parcels):
                group.create_task(self._in_order(parcels))
        return self._answers

    async def _in_order(self, parcels: Iterable[Parcel]) -> None:
        """Until one is not taken: what comes after it in its subject waits for it."""
        for parcel in parcels:
            async with self._room:
                if self._is_over():
                    return
                answered = await self._call(parcel)
            self._answers.append(answered)
            self._streak = 0 if answered.taken else self._streak + 1
            self._gone = self._gone or answered.status == GONE
            if not answered.taken:
                return

    def _is_over(self) -> bool:
        """Out of time, or the other side is: a probe is one call, and enough failures in a row stop the round."""
        broken = not self._turn.is_probe and self._streak >= OPENS_AFTER
        return self._gone or broken or asyncio.get_running_loop().time() >= self._ends

    async def _call(self, parcel: Parcel) -> Answered:
        loop = asyncio.get_running_loop()
        began = loop.time()
        status, answer, error = None, None, None
        try:
            async with asyncio.timeout(self._runtime.own.outbound_seconds):
                status, answer = await self._post(parcel.event)
        except TimeoutError:
            error = "timeout"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as broken:
            error = type(broken).__name__
        except Problem as refused:  # the address has moved to where nobody may be called
            error = refused.code
        return Answered(parcel, int((loop.time() - began) * 1000), status, answer, error)

    async def _post(self, event: Event) -> tuple[int, str]:
        body = body_of(event)
        timestamp = int(self._runtime.clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            **signed_headers(self._secrets, str(event.id), timestamp, body),
        }
        request = self._runtime.outbound.stream("POST", self._turn.webhook.url, content=body, headers=headers)
        async with request as response:
            return response.status_code, await _beginning(response)


def body_of(event: Event) -> bytes:
    """The same bytes with each try: what is sent again is what was signed before."""
    payload = Payload(
        type=event.event,
        id=event.id,
        timestamp=event.occurred_at,
        organization_id=event.organization_id,
        data=dict(event.data),
    )
    return json.dumps(payload.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode()


async def _beginning(response: httpx.Response) -> str:
    """Enough of the answer for its reader to see what was wrong, as it was sent: nothing is unpacked."""
    seen = b""
    async for chunk in response.aiter_raw():
        seen += chunk
        if len(seen) >= SHOWN_ANSWER:
            break
    return seen[:SHOWN_ANSWER].decode(errors="replace").replace("\0", "\ufffd")


def _sealed(turn: Turn, now: datetime) -> list[str]:
    webhook = turn.webhook
    old_lives = webhook.old_secret_until is not None and now < webhook.old_secret_until
    return [
        sealed
        for sealed in (webhook.sealed_secret, webhook.sealed_old_secret if old_lives else None)
        if sealed is not None
    ]


def _by_subject(parcels: Iterable[Parcel]) -> Iterable[list[Parcel]]:
    subjects: defaultdict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        subjects[parcel.event.subject].append(parcel)
    return subjects.values()
