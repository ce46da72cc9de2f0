"""One installation for all tests of the folder, filled with what a union leaves behind."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from services.gateway.audit.actions import seal_all
from shared.context import unit_of_work
from shared.identity import system
from tests.conftest import Ground
from tests.service.cli.installation import Installation, new_installation
from tests.service.gateway.union import Gateway, open_gateway

SECRET = "a secret that only the key opens"


@dataclass(frozen=True)
class Filled:
    installation: Installation
    gateway: Gateway
    tenant_id: UUID


@pytest_asyncio.fixture(scope="session")
async def filled(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Filled, None]:
    """A union with people, an audit under seals, something encrypted, and a file."""
    installation = await new_installation(ground, tmp_path_factory.mktemp("cli-media"))
    async with open_gateway(installation.ground, encryption_keys=installation.encryption_keys) as gateway:
        union = await gateway.found("Профсоюз железнодорожников")
        organization = await union.organization()
        await union.person(organization["id"])
        await gateway.drain()
        gateway.clock.advance(timedelta(minutes=4))
        await seal_all(gateway.runtime)
        await gateway.runtime.storage.put("pictures/ёлка", b"picture")
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            sealed = gateway.runtime.cipher.encrypt(SECRET)
            await gateway.runtime.storage.put("exports/one", sealed.encode())
            assert context.tenant_id == union.id
        await union.admin.aclose()
        yield Filled(installation, gateway, union.id)


@pytest.fixture
def installation(filled: Filled) -> Installation:
    return filled.installation
