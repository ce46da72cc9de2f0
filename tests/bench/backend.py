"""What a backend of PostgreSQL itself worked for a question, whatever else the machine does meanwhile."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from shared.context import Context


async def worked_ms(context: Context, question: Callable[[Context], Awaitable[object]]) -> float:
    """Milliseconds on a processor of the process behind the context's connection."""
    process = (await context.store.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    before = _on_processor(process)
    await question(context)
    return (_on_processor(process) - before) / 1e6


def _on_processor(process: int) -> int:
    """Nanoseconds, as Linux counts them."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
