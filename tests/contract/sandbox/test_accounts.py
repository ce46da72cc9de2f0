"""Accounts by the control API: opened once, with tokens as the networks make them, and known over a restart."""

from pathlib import Path

import httpx
import pytest

from deploy.sandbox.main import create_app
from deploy.sandbox.networks.registry import NETWORKS
from deploy.sandbox.settings import SandboxSettings
from tests.contract.references.folder import JsonObject
from tests.contract.sandbox.stand import Stand, listening, png, served

OWN_TOKENS = {"telegram": f"7100009999:{'A' * 35}", "vk": f"vk1.a.{'B' * 80}", "max": "C" * 60}


async def test_a_handle_is_opened_once(stand: Stand, network: str) -> None:
    before = stand.communities[network]
    again = await stand.order("/communities", network=network, title="Другое имя", handle="union")
    assert again == before
    assert len(await stand.seen("/communities", network=network)) == 1


async def test_any_well_formed_token_may_be_registered(stand: Stand, network: str) -> None:
    token = OWN_TOKENS[network]
    community = await stand.order("/communities", network=network, title="Новый", handle="fresh", token=token)
    assert token in str(community)
    answer = await stand.client.post(
        "/control/communities", json={"network": network, "title": "Вор", "handle": "thief", "token": token}
    )
    assert answer.status_code == 422


async def test_a_malformed_token_is_refused(stand: Stand, network: str) -> None:
    body = {"network": network, "title": "Новый", "handle": "fresh", "token": "nonsense"}
    assert (await stand.client.post("/control/communities", json=body)).status_code == 422


async def test_one_bot_serves_many_channels(stand: Stand) -> None:
    bot = await stand.order("/bots", network="max", name="Профсоюз", username="union_of_all")
    for handle in ("first", "second"):
        community = await stand.order("/communities", network="max", title=handle, handle=handle, bot_id=bot["id"])
        assert community["bot"] == bot


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/bots", {"network": "vk", "name": "Бот", "username": "some_bot"}),
        ("/communities", {"network": "vk", "title": "Т", "handle": "abc", "bot_id": 1}),
        ("/communities", {"network": "telegram", "title": "Т", "handle": "abc", "bot_id": 404}),
        ("/communities", {"network": "myspace", "title": "Т", "handle": "abc"}),
        ("/people", {"network": "vk", "first_name": ""}),
    ],
)
async def test_an_account_that_cannot_be(stand: Stand, path: str, body: JsonObject) -> None:
    assert (await stand.client.post(f"/control{path}", json=body)).status_code == 422


async def test_development_accounts_are_the_same_everywhere() -> None:
    tokens: list[list[str]] = []
    for _ in range(2):
        async with served(create_app(SandboxSettings(state=None))) as address, httpx.AsyncClient() as client:
            found = (await client.get(f"{address}/control/communities")).json()
            tokens.append([str(community) for community in found])
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) == len(NETWORKS)


async def test_everything_is_known_over_a_restart(tmp_path: Path) -> None:
    """Accounts, posts with their pictures, guids, and updates that no hook has taken."""
    settings = SandboxSettings(
        state=tmp_path / "sandbox.sqlite", hook_first_retry_seconds=0.02, hook_longest_retry_seconds=0.1
    )
    async with listening("telegram") as (_, url):
        pass  # nobody answers there yet
    async with served(create_app(settings)) as address, httpx.AsyncClient(base_url=address) as client:
        first = await opened(client)
        await first.telegram("setWebhook", url=url)
        await first.telegram("sendPhoto", {"photo": png()}, chat_id="@union", caption="До")
        post = {"owner_id": -first.community("vk"), "from_group": 1, "message": "До", "guid": "delivery"}
        await first.vk("wall.post", **post)
        await first.write("telegram", "Пока вас не было")
        before = await first.seen("/posts")
    async with served(create_app(settings)) as address, httpx.AsyncClient(base_url=address) as client:
        second = await opened(client)
        assert await second.seen("/posts") == before
        assert (await second.vk("wall.post", **post))["response"] == {"post_id": 1}
        assert len(await second.seen("/posts", network="vk")) == 1
        assert (await second.client.get(f"/pictures/telegram/{str(before[0]['pictures'])[2:-2]}")).content == png()
        async with listening("telegram", port=int(url.split(":")[2].split("/")[0])) as (listener, _):
            await second.client.post("/control/hooks/retry")
            assert len(await listener.heard(1)) == 1


async def opened(client: httpx.AsyncClient) -> Stand:
    stand = Stand(client)
    for network in ("telegram", "vk", "max"):
        await stand.open(network)
    return stand
