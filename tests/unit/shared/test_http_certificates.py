"""Whom the outbound client believes."""

from pathlib import Path

import httpx
import pytest

from shared.http import believing, outbound_client
from shared.settings import Environment
from tests.unit.shared.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def test_a_server_of_an_unknown_authority_is_not_believed(authority: Authority) -> None:
    async with (
        authority.serving() as url,
        outbound_client(Environment.TEST, read_seconds=1, trusted_urls=[url]) as client,
    ):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(url)


async def test_a_server_of_an_authority_in_the_file_is(authority: Authority) -> None:
    async with (
        authority.serving() as url,
        outbound_client(Environment.TEST, read_seconds=1, ca_file=authority.file, trusted_urls=[url]) as client,
    ):
        assert (await client.get(url)).status_code == 401


async def test_another_name_is_still_refused(authority: Authority) -> None:
    async with authority.serving() as url:
        elsewhere = url.replace("127.0.0.1", "localhost")
        async with outbound_client(
            Environment.TEST, read_seconds=1, ca_file=authority.file, trusted_urls=[elsewhere]
        ) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(elsewhere)


def test_the_usual_authorities_stay(authority: Authority) -> None:
    usual, more = believing(None).cert_store_stats()["x509_ca"], believing(authority.file).cert_store_stats()["x509_ca"]
    assert usual > 100
    assert more == usual + 1


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        outbound_client(Environment.TEST, read_seconds=1, ca_file=tmp_path / "absent.pem")
