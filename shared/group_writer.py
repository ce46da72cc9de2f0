"""Hot writes in groups: what arrives for the same key while a transaction is in flight goes together in the next one.

Durability is not traded: `write` returns when the transaction that holds its item is committed. An item waits only
while an earlier group of its own key is being written, so a lone write is as quick as ever and a crowd shares the
price of one commit (registrations of an event under its one lock, answers of a survey).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError

from shared.db import is_away
from shared.errors import Problem

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupWriter(Generic[Key, Item, Result]):
    """Calls `flush(key, items)`, one transaction each, and hands every caller its own result or problem.

    `flush` returns one `Result` or `Problem` per item, in order. When it raises, nothing of the group is kept: a Problem
    is everybody's answer, after anything else each item is tried alone, so that one bad row does not take its
    neighbours along.
    """

    def __init__(
        self,
        flush: Callable[[Key, Sequence[Item]], Awaitable[Sequence[Result | Problem]]],
        *,
        group_size: int = 200,
        at_once: int = 3,
    ) -> None:
        """`at_once` bounds the transactions of all keys, so that ordinary requests still find a connection."""
        self._flush = flush
        self._group_size = group_size
        self._turn = asyncio.Semaphore(at_once)
        self._waiting: dict[Key, deque[tuple[Item, asyncio.Future[Result]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, key: Key, item: Item) -> Result:
        """Returns when `item` is committed. Raises the Problem that `flush` gave it, or what `flush` raised.

        A caller that is cancelled takes its item back if its group has not begun; else the item is written.
        """
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        queue = self._waiting.get(key)
        if queue is None:
            self._waiting[key] = deque([(item, answer)])
            task = asyncio.create_task(self._write_all(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            queue.append((item, answer))
        return await answer

    async def drain(self) -> None:
        """Wait until everything that was given is written; for the end of a process."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _write_all(self, key: Key) -> None:
        """Group after group until nothing waits for `key`; its queue exists exactly as long as this runs."""
        queue = self._waiting[key]
        try:
            while queue:
                async with self._turn:
                    group = self._next_group(queue)
                    if group:
                        await self._write_group(key, group)
        finally:
            del self._waiting[key]
            _fail(queue, asyncio.CancelledError())  # empty unless this task itself was ended

    def _next_group(
        self, queue: deque[tuple[Item, asyncio.Future[Result]]]
    ) -> list[tuple[Item, asyncio.Future[Result]]]:
        group: list[tuple[Item, asyncio.Future[Result]]] = []
        while queue and len(group) < self._group_size:
            item, answer = queue.popleft()
            if not answer.cancelled():
                group.append((item, answer))
        return group

    async def _write_group(self, key: Key, group: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            error = await self._try(key, group)
            if error is None:
                return
            if len(group) == 1 or isinstance(error, Problem) or _is_outage(error):
                _fail(group, error)
                return
            for place, single in enumerate(group):
                error = await self._try(key, [single])
                if error is not None and _is_outage(error):
                    _fail(group[place:], error)
                    return
                if error is not None:
                    _fail([single], error)
        except BaseException as error:
            _fail(group, error)
            raise

    async def _try(self, key: Key, group: list[tuple[Item, asyncio.Future[Result]]]) -> Exception | None:
        """One transaction. Returns what `flush` raised, after which nothing of the group is kept."""
        try:
            results = await self._flush(key, [item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to the callers
            return error
        for (_, answer), result in zip(group, results, strict=True):
            _settle(answer, result)
        return None


def _is_outage(error: Exception) -> bool:
    """No row is to blame, so trying each row alone would only prolong it."""
    return is_away(error) or isinstance(error, OSError | InterfaceError)


def _settle(answer: asyncio.Future[Result], result: Result | Problem) -> None:
    if answer.done():  # the caller went away meanwhile
        return
    if isinstance(result, Problem):
        answer.set_exception(result)
    else:
        answer.set_result(result)


def _fail(group: Iterable[tuple[Item, asyncio.Future[Result]]], error: BaseException) -> None:
    for _, answer in group:
        if answer.done():
            continue
        if isinstance(error, asyncio.CancelledError):
            answer.cancel()
        else:
            answer.set_exception(error)
