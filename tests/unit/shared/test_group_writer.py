"""Writes that arrive together share a transaction, and each caller gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import InterfaceError

from shared.errors import Conflict, NotFound, Problem
from shared.group_writer import GroupWriter


class Ledger:
    """A flush that keeps numbers; it can be held back and made to fail."""

    def __init__(self) -> None:
        self.groups: list[tuple[str, list[int]]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.bad: set[int] = set()
        self.refused: set[int] = set()
        self.outage = False
        self.all_refused = False
        self.running = 0
        self.most_running = 0

    async def flush(self, key: str, items: Sequence[int]) -> Sequence[int | Problem]:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self.gate.wait()
            self.groups.append((key, list(items)))
            if self.outage:
                raise InterfaceError("select 1", None, ConnectionError("gone"))
            if self.all_refused:
                raise NotFound
            if self.bad & set(items):
                raise ValueError
            return [Conflict() if item in self.refused else item * 10 for item in items]
        finally:
            self.running -= 1


async def start(writer: GroupWriter[str, int, int], *items: int, key: str = "k") -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(writer.write(key, item)) for item in items]
    await asyncio.sleep(0)
    return tasks


async def test_what_arrives_during_a_write_goes_together_in_order() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    writer = GroupWriter(ledger.flush)
    tasks = await start(writer, 1)
    await asyncio.sleep(0)
    tasks += await start(writer, 2, 3, 4)
    ledger.gate.set()
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40]
    assert ledger.groups == [("k", [1]), ("k", [2, 3, 4])]


async def test_a_group_is_bounded() -> None:
    ledger = Ledger()
    writer = GroupWriter(ledger.flush, group_size=2)
    await asyncio.gather(*await start(writer, 1, 2, 3, 4, 5))
    assert [items for _, items in ledger.groups] == [[1, 2], [3, 4], [5]]


async def test_a_problem_reaches_only_the_caller_whose_item_it_is() -> None:
    ledger = Ledger()
    ledger.refused = {2}
    writer = GroupWriter(ledger.flush)
    answers = await asyncio.gather(*await start(writer, 1, 2, 3), return_exceptions=True)
    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], Conflict)
    assert len(ledger.groups) == 1


async def test_after_a_failure_each_is_tried_alone() -> None:
    ledger = Ledger()
    ledger.bad = {2}
    writer = GroupWriter(ledger.flush)
    answers = await asyncio.gather(*await start(writer, 1, 2, 3), return_exceptions=True)
    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], ValueError)
    assert [items for _, items in ledger.groups] == [[1, 2, 3], [1], [2], [3]]


@pytest.mark.parametrize("cause", ["outage", "all_refused"])
async def test_what_concerns_everybody_is_not_tried_again(cause: str) -> None:
    ledger = Ledger()
    setattr(ledger, cause, True)
    writer = GroupWriter(ledger.flush)
    answers = await asyncio.gather(*await start(writer, 1, 2, 3), return_exceptions=True)
    assert all(isinstance(answer, InterfaceError | NotFound) for answer in answers)
    assert len(ledger.groups) == 1


async def test_a_caller_who_leaves_takes_the_item_back_unless_it_is_in_flight() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    writer = GroupWriter(ledger.flush)
    first = await start(writer, 1)
    await asyncio.sleep(0)
    others = await start(writer, 2, 3)
    first[0].cancel()
    others[0].cancel()
    await asyncio.sleep(0)
    ledger.gate.set()
    assert await others[1] == 30
    assert ledger.groups == [("k", [1]), ("k", [3])]


async def test_keys_do_not_wait_for_each_other_beyond_the_bound() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    writer = GroupWriter(ledger.flush, at_once=2)
    tasks = [task for key in "abcd" for task in await start(writer, 1, key=key)]
    await asyncio.sleep(0)
    ledger.gate.set()
    await asyncio.gather(*tasks)
    assert ledger.most_running == 2
    assert {key for key, _ in ledger.groups} == set("abcd")


async def test_drain_waits_for_all_and_nothing_is_remembered() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    writer = GroupWriter(ledger.flush)
    tasks = await start(writer, 1, 2)
    draining = asyncio.create_task(writer.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    ledger.gate.set()
    await draining
    assert all(task.done() for task in tasks) or await asyncio.gather(*tasks) == [10, 20]
    assert not writer._waiting  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - a key that is idle must cost nothing
