"""Short links followed through the gateway, each click counted, beside single-row inserts into the same PostgreSQL."""

from pathlib import Path

import pytest

from deploy.client import Client
from tests.bench.beside import beside_raw_inserts
from tests.bench.conftest import Say
from tests.bench.load import Caller
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench


async def test_clicks(stack: Stack, administrator: Client, caller: Caller, say: Say, tmp_path: Path) -> None:
    """On one link, which is the hardest case: every click is one more on the same row."""
    me = await administrator.get("/me")
    organization = me["grants"][0]["organization_id"]
    await administrator.post("/link_hosts", {"organization_id": organization, "host": "example.org"})
    link = await administrator.post("/links", {"organization_id": organization, "target": "https://example.org/news"})

    async def follow() -> bool:
        await caller.get(link["url"], {}, 302)
        return True

    loads = await beside_raw_inserts("clicks on a short link", follow, stack, say, tmp_path)
    counted = (await administrator.get(f"/links/{link['id']}/clicks"))["clicks"]
    assert counted == sum(load.count for load in loads), "each click that was answered, once"
