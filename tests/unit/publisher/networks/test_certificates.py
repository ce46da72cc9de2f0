"""The operator's root certificates reach the connectors."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.outcomes import Unreachable
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from shared.contracts import ServiceName
from tests.conftest import Ground
from tests.unit.shared.certificates import Authority

UNION = Account("-100200300", {"token": "max-token-of-the-union"})


def settings(folder: Path, **more: object) -> PublisherSettings:
    nowhere = Ground("postgresql://127.0.0.1:1/none", "redis://127.0.0.1:1", folder)
    return nowhere.settings(PublisherSettings, ServiceName.PUBLISHER, **more)


async def test_a_network_with_a_root_of_its_own_can_be_asked(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with authority.serving() as url:
        believing = open_publisher(settings(tmp_path, sandbox_url=url, outbound_ca_file=authority.file))
        probe = await believing.connectors[Network.MAX].probe(UNION)
        assert [missing.reason.code for missing in probe.missing] == ["network.token_invalid"]
        await believing.close()
        doubting = open_publisher(settings(tmp_path, sandbox_url=url))
        with pytest.raises(Unreachable):
            await doubting.connectors[Network.MAX].probe(UNION)
        await doubting.close()


def test_a_file_that_is_not_there_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="outbound_ca_file"):
        settings(tmp_path, outbound_ca_file=tmp_path / "absent.pem")
