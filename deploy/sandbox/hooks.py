"""Updates on their way to the registered hooks: in order per chat, again and again until they are taken."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
from pydantic import BaseModel

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultKind, Faults
from deploy.sandbox.network import Network
from deploy.sandbox.records import Hook, HookState, WaitingUpdate
from deploy.sandbox.settings import SandboxSettings
from deploy.sandbox.world import World

PARALLEL_PER_HOOK = 10
ATTEMPTS_KEPT = 20_000
GATHERING_SECONDS = 0.5  # how long a reordering network waits for company


class HookAttempt(BaseModel):
    """One request that was sent to a hook."""

    update: int
    hook: str
    event: str
    url: str
    status: int | None
    error: str | None
    taken: bool
    at: datetime


class HookSender:
    def __init__(
        self, world: World, faults: Faults, settings: SandboxSettings, networks: Mapping[str, Network]
    ) -> None:
        self._world = world
        self._faults = faults
        self._settings = settings
        self._networks = networks
        self._client: httpx.AsyncClient | None = None
        self._lanes: dict[tuple[str, str], deque[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gathered: dict[str, list[WaitingUpdate]] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self._kick = asyncio.Event()
        self.attempts: deque[HookAttempt] = deque(maxlen=ATTEMPTS_KEPT)

    async def start(self) -> None:
        """Begin to send, also what waited when the process ended."""
        self._client = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=self._settings.hook_timeout_seconds
        )
        for update in self._world.waiting:
            self._enqueue(update)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def tell(self, network: str, event: Event) -> int:
        """Queue what `network` says of `event` for every hook that wants it. Returns how many updates that makes."""
        stand_in = self._networks[network]
        updates = stand_in.updates(self._world, event)
        if stand_in.keeps_news:
            for update in updates:
                self._world.keep_news(network, update.owner_id, update.event, update.body)
            return 0
        return sum(
            self.queue(hook, update) for update in updates for hook in self._world.hooks_of(network, update.owner_id)
        )

    def queue(self, hook: Hook, update: Update) -> int:
        """Queue one update for one hook: 1, or 0 when the hook does not want it."""
        network = self._networks[hook.network]
        if not network.wants(hook, update.event):
            return 0
        number = self._world.next_number("update", first=100_001)
        fault = self._faults.hit_hook(hook.network, update.event, update.owner_id)
        duplicated = fault is not None and fault.order.kind is FaultKind.DUPLICATE_HOOKS
        waiting = self._world.waiting.put(
            WaitingUpdate(
                id=number,
                hook=hook.name,
                event=update.event,
                lane=update.lane,
                body=network.envelope(hook, update, number),
                created_at=self._world.now(),
                copies=fault.order.copies if fault is not None and duplicated else 1,
            )
        )
        if fault is not None and fault.order.kind is FaultKind.REORDER_HOOKS:
            self._gather(waiting, fault.order.copies)
        else:
            self._enqueue(waiting)
        return 1

    def retry_now(self) -> None:
        """End every pause between attempts."""
        self._kick.set()
        self._kick = asyncio.Event()

    def forget(self, hook: Hook) -> None:
        """Drop what still waits for `hook`."""
        for update in self._world.waiting:
            if update.hook == hook.name:
                self._world.waiting.remove(update)

    def _gather(self, update: WaitingUpdate, size: int) -> None:
        gathered = self._gathered.setdefault(update.hook, [])
        gathered.append(update)
        if len(gathered) >= size:
            self._release(update.hook)
        elif len(gathered) == 1 and self._client is not None:
            asyncio.get_running_loop().call_later(GATHERING_SECONDS, self._release, update.hook)

    def _release(self, hook: str) -> None:
        for update in reversed(self._gathered.pop(hook, [])):
            self._enqueue(update)

    def _enqueue(self, update: WaitingUpdate) -> None:
        if self._client is None:
            return  # `start` finds it in the world
        lane = (update.hook, update.lane)
        if lane in self._lanes:
            self._lanes[lane].append(update.id)
            return
        self._lanes[lane] = deque([update.id])
        task = asyncio.get_running_loop().create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: tuple[str, str]) -> None:
        numbers = self._lanes[lane]
        try:
            while numbers:
                await self._deliver(numbers[0])
                numbers.popleft()
        finally:
            del self._lanes[lane]

    async def _deliver(self, number: int) -> None:
        """Send one update until it is taken, given up or no longer wanted."""
        while (update := self._world.waiting.get(number)) is not None:
            hook = self._world.hooks.get(update.hook)
            if hook is None or hook.state is HookState.FAILED:
                self._world.waiting.remove(update)
                return
            async with self._places.setdefault(hook.name, asyncio.Semaphore(PARALLEL_PER_HOOK)):
                attempts = await asyncio.gather(*(self._attempt(hook, update) for _ in range(update.copies)))
            if any(attempt.taken for attempt in attempts) or self._too_old(update):
                self._world.waiting.remove(update)
                return
            failed = attempts[0]
            change = {
                "attempts": update.attempts + 1,
                "last_error": failed.error or f"HTTP {failed.status}",
                "copies": 1,
            }
            if self._world.waiting.get(number) is not None:  # it may have been dropped meanwhile
                self._world.waiting.put(update.model_copy(update=change))
            await self._pause(update.attempts)

    async def _attempt(self, hook: Hook, update: WaitingUpdate) -> HookAttempt:
        network = self._networks[hook.network]
        status, error, taken = None, None, False
        if self._client is None:
            raise RuntimeError("hooks are sent between start and stop")
        try:
            content = json.dumps(update.body, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {
                "content-type": "application/json",
                **network.hook_headers(hook),
                **network.hook_signature(hook, content),
            }
            response = await self._client.post(hook.url, content=content, headers=headers)
        except httpx.HTTPError as failure:
            error = type(failure).__name__
        else:
            status = response.status_code
            taken = network.takes(self._world, hook, update, status, response.text)
        attempt = HookAttempt(
            update=update.id,
            hook=hook.name,
            event=update.event,
            url=hook.url,
            status=status,
            error=error,
            taken=taken,
            at=self._world.now(),
        )
        self.attempts.append(attempt)
        return attempt

    def _too_old(self, update: WaitingUpdate) -> bool:
        return self._world.now() - update.created_at > timedelta(seconds=self._settings.hook_give_up_seconds)

    async def _pause(self, failures: int) -> None:
        seconds = min(
            self._settings.hook_longest_retry_seconds, self._settings.hook_first_retry_seconds * 2 ** min(failures, 16)
        )
        try:
            async with asyncio.timeout(seconds):
                await self._kick.wait()
        except TimeoutError:
            return
