"""The embedded Redis: what is written survives a kill, nothing is evicted, one server a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from arq.connections import RedisSettings
from redis import Redis

from deploy.local.failures import CannotStart
from deploy.local.redis import EmbeddedRedis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path / "redis")
    yield server
    server.remove()


def asked(url: str, *command: str) -> object:
    with Redis.from_url(url) as client:  # pyright: ignore[reportUnknownMemberType] - redis-py types its keywords in part
        return client.execute_command(*command)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def test_what_was_synced_survives_a_kill(server: EmbeddedRedis) -> None:
    url = server.start()
    asked(url, "CONFIG", "SET", "appendfsync", "always")
    asked(url, "SET", "kept", "1")
    server.kill()
    assert not server.is_running()
    assert asked(server.start(), "GET", "kept") == b"1"


@pytest.mark.parametrize(
    ("name", "value"), [("appendonly", b"yes"), ("maxmemory-policy", b"noeviction"), ("port", b"0")]
)
def test_it_keeps_everything_and_listens_on_its_socket_alone(server: EmbeddedRedis, name: str, value: bytes) -> None:
    settings = asked(server.start(), "CONFIG", "GET", name)
    assert settings in ({name: value.decode()}, {name.encode(): value}, [name.encode(), value])


def test_arq_reads_the_same_url(server: EmbeddedRedis) -> None:
    path = RedisSettings.from_dsn(server.start()).unix_socket_path
    assert path is not None
    assert Path(path).is_socket()


def test_a_second_server_in_the_folder_is_refused(server: EmbeddedRedis, tmp_path: Path) -> None:
    server.start()
    with pytest.raises(CannotStart, match="Another process already runs the Redis"):
        EmbeddedRedis(tmp_path / "redis").start()


@pytest.mark.parametrize("name", ["deep" * 30, "с пробелом", "50%"])
def test_folders_of_any_name_will_do(tmp_path: Path, name: str) -> None:
    server = EmbeddedRedis(tmp_path / name, fast=True)
    try:
        assert asked(server.start(), "ECHO", "here") == b"here"
    finally:
        server.remove()


def test_removing_leaves_nothing(server: EmbeddedRedis, tmp_path: Path) -> None:
    server.start()
    server.remove()
    assert not (tmp_path / "redis").exists()
