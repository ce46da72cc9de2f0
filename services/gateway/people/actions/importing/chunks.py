"""The chunks of an import's job: read the file, take its parts in one by one, put everything away.

A file is read in a process of its own, which a hostile one may fill without harm to the worker. It may take longer than
one message may, so a chunk waits for it some seconds and then lets the next chunk wait on.
"""

import asyncio
import json
from collections import Counter
from concurrent.futures import Future
from typing import Final
from uuid import UUID

from pydantic import JsonValue

from services.gateway.people.actions.importing.bulk import insert_rows
from services.gateway.people.actions.importing.part import RowOutcome, take_in
from services.gateway.people.rules.parsing import parse_sheet, unpacked
from services.gateway.people.rules.rows import Outcome
from services.gateway.people.tables import PeopleImport, import_row
from shared.context import Context
from shared.errors import Problem
from shared.jobs import Job, Progress
from shared.process_pool import process_pool

WAIT_SECONDS: Final = 8.0

Parsed = tuple[list[bytes], int]


class ImportChunks:
    """One worker's. A reading that died with its worker is begun again by whoever has the next chunk."""

    def __init__(self) -> None:
        self._reading: dict[UUID, Future[Parsed]] = {}

    async def __call__(self, context: Context, job: Job) -> Progress:
        """Raises NotASheet, UnpacksTooLarge, TooManyRows, MissingColumns, RepeatedColumn: the job has failed."""
        kept = await context.store.get(PeopleImport, UUID(str(job.memory["import_id"])))
        if "parts" not in job.memory:
            return await self._read(context, job, kept)
        part, parts = _number(job.memory["part"]), _number(job.memory["parts"])
        if part == parts:
            await put_away(context, kept, parts)
            return Progress(job.done, job.memory, result={**_counts(job), "preview": kept.preview})
        return await _take_part_in(context, job, kept, part)

    async def _read(self, context: Context, job: Job, kept: PeopleImport) -> Progress:
        reading = self._reading.get(job.id)
        if reading is None:
            content = await context.runtime.storage.get(f"{kept.file_key}/file")
            reading = self._reading[job.id] = _begin(content, context.now.year)
        done, _ = await asyncio.wait([asyncio.wrap_future(reading)], timeout=WAIT_SECONDS)
        if not done:
            return Progress(0, job.memory)
        del self._reading[job.id]
        try:
            parts, total = done.pop().result()
        except Problem:
            await put_away(context, kept, 0)
            raise
        for number, part in enumerate(parts):
            await context.runtime.storage.put(_part_key(kept, number), part)
        memory: dict[str, JsonValue] = {**job.memory, "part": 0, "parts": len(parts)}
        return Progress(0, memory, total=total)


async def put_away(context: Context, kept: PeopleImport, parts: int) -> None:
    """Nothing of the file stays. Repeating it is harmless."""
    for key in (f"{kept.file_key}/file", *(_part_key(kept, number) for number in range(parts))):
        await context.runtime.storage.delete(key)


def _begin(content: bytes, this_year: int) -> Future[Parsed]:
    pool = process_pool(1)
    reading = pool.submit(parse_sheet, content, this_year)
    pool.shutdown(wait=False)  # the process ends with its only task
    return reading


async def _take_part_in(context: Context, job: Job, kept: PeopleImport, part: int) -> Progress:
    rows = unpacked(await context.runtime.storage.get(_part_key(kept, part)))
    outcomes = await take_in(context, kept, rows)
    await insert_rows(
        context.store,
        import_row,
        [
            {
                "import_id": kept.id,
                "row_number": one.number,
                "outcome": one.outcome,
                "faults": json.dumps([[fault.code, fault.column] for fault in one.faults]) if one.faults else None,
                "person_id": one.person_id,
            }
            for one in outcomes
        ],
    )
    counted = Counter(one.outcome for one in outcomes)
    counts = {outcome: count + counted[Outcome(outcome)] for outcome, count in _counts(job).items()}
    return Progress(
        job.done + len(rows),
        {**job.memory, **counts, "part": part + 1},
        errors=[error for one in outcomes for error in _told(one)],
    )


def _counts(job: Job) -> dict[str, int]:
    return {outcome.value: _number(job.memory.get(outcome, 0)) for outcome in Outcome}


def _told(row: RowOutcome) -> list[JsonValue]:
    return [{"row": row.number, "code": fault.code, "column": fault.column} for fault in row.faults]


def _part_key(kept: PeopleImport, number: int) -> str:
    return f"{kept.file_key}/{number}"


def _number(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
