"""A database without room: for connections, or on its disk. It is said to be a moment, and is one."""

import asyncio
import subprocess
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.chaos.shaken import Shaken, Traffic, shaken_gateway
from tests.service.shared.waiting import eventually

pytestmark = pytest.mark.chaos
BACK_WITHIN = 10.0  # seconds
DISK_BYTES = 64_000_000  # a migrated database has about 30 MB


@pytest.fixture
async def shaken(tmp_path: Path) -> AsyncGenerator[Shaken, None]:
    async with shaken_gateway(tmp_path) as shaken:
        yield shaken


async def is_alive(shaken: Shaken) -> bool:
    async with shaken.union.gateway.client() as outside:
        return (await outside.get("/health/live")).status_code == 200


async def works_again(traffic: Traffic) -> None:
    since = time.monotonic()
    await eventually(lambda: traffic.last_write > since, within=BACK_WITHIN)


async def check_nothing_was_lost(shaken: Shaken, traffic: Traffic) -> None:
    assert set(traffic.answers) == {200, 201, 503}, traffic.answers
    assert traffic.without_retry_after == 0
    assert await shaken.whole_organizations() >= traffic.acknowledged


@pytest.mark.short
async def test_too_many_connections_are_a_moment(shaken: Shaken) -> None:
    """The role's connections are taken away under load, to the last one, and given back."""
    traffic = Traffic(shaken.union.admin, str(shaken.union.id))
    async with asyncio.TaskGroup() as group:
        with traffic.until_the_end(group):
            await eventually(lambda: len(traffic.acknowledged) > 10)
            await shaken.as_owner(
                "ALTER ROLE vmeste_gateway CONNECTION LIMIT 0",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'vmeste_gateway'",
            )
            before = traffic.refused_writes
            await eventually(lambda: traffic.refused_writes > before + 10)
            assert await is_alive(shaken)
            await shaken.as_owner("ALTER ROLE vmeste_gateway CONNECTION LIMIT -1")
            await works_again(traffic)
    await check_nothing_was_lost(shaken, traffic)


@contextmanager
def small_disk(place: Path) -> Generator[Path]:
    """A file system of a few megabytes, which only root may mount."""
    place.mkdir(mode=0o755)
    account = (place.parent / "data").stat()  # that of the database
    options = f"size={DISK_BYTES},mode=0700,uid={account.st_uid},gid={account.st_gid}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 - a list of arguments
        pytest.skip("no small disk can be mounted here: that needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S603, S607 - as above


def fill(disk: Path) -> Path:
    """To the last byte. Returns the file that takes the room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert psutil.disk_usage(str(disk)).free == 0
    return filler


async def test_a_full_disk_is_a_moment(shaken: Shaken) -> None:
    """The tables lie on a disk that somebody else fills under load. What was read before is read on."""
    traffic = Traffic(shaken.union.admin, str(shaken.union.id))
    with small_disk(shaken.postgres.place / "small") as disk:
        await shaken.as_owner(
            f"CREATE TABLESPACE small LOCATION '{disk}'",
            "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE small",
            "ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE small",
        )
        async with asyncio.TaskGroup() as group:
            with traffic.until_the_end(group):
                await eventually(lambda: len(traffic.acknowledged) > 10)
                filler = await asyncio.to_thread(fill, disk)
                await eventually(lambda: traffic.refused_writes > 10, within=60)
                since = time.monotonic()
                await eventually(lambda: traffic.last_success > since)
                assert await is_alive(shaken)
                filler.unlink()
                await works_again(traffic)
        await check_nothing_was_lost(shaken, traffic)
        shaken.postgres.kill()
        await asyncio.to_thread(shaken.postgres.start)  # what it wrote without room is no trouble to its recovery
        assert await shaken.whole_organizations() >= traffic.acknowledged
        await asyncio.to_thread(shaken.postgres.stop)
