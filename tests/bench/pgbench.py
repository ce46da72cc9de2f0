"""Raw PostgreSQL beside us: `pgbench` with single-row inserts into the same server, forced row-level security off."""

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.binaries import postgres_binaries
from shared.db import asyncpg_url

_INSERT = "INSERT INTO bench_row (tenant_id, id, words) VALUES (gen_random_uuid(), gen_random_uuid(), 'one answer');\n"


async def prepare(owner_url: str) -> None:
    engine = create_async_engine(asyncpg_url(owner_url))
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS bench_row (tenant_id uuid, id uuid, words text, PRIMARY KEY (tenant_id, id))"
            )
        )
    await engine.dispose()


def single_row_inserts(owner_url: str, folder: Path, clients: int, seconds: float) -> float:
    """Committed inserts per second."""
    url = make_url(owner_url)
    script = folder / "insert.sql"
    script.write_text(_INSERT)
    done = subprocess.run(
        [
            str(postgres_binaries() / "pgbench"),
            *("--no-vacuum", "--client", str(clients), "--jobs", "2", "--time", str(max(1, round(seconds)))),
            *("--file", str(script), "--host", str(url.query["host"]), "--port", str(url.query["port"])),
            *("--username", str(url.username), str(url.database)),
        ],
        env={**os.environ, "PGPASSWORD": str(url.password)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout)
    return float(found.group(1))
