"""Our connector before Bluesky's own server: what the stand-in promises is so."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import httpx
import pytest

from services.publisher.networks.accounts import Account
from services.publisher.networks.bluesky.connector import BlueskyConnector
from services.publisher.networks.outcomes import Done, NeedsReauthorization, NoProof, Rejected, Sent
from services.publisher.networks.transport import Timeouts
from tests.contract.networks.real_bluesky import server
from tests.contract.networks.stage import image, post

pytestmark = pytest.mark.real_network
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
async def address() -> AsyncGenerator[str]:
    async with server() as url:
        yield url


@pytest.fixture
async def connector(address: str) -> AsyncGenerator[BlueskyConnector]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield BlueskyConnector(client, f"{address}/xrpc", Timeouts())


@pytest.fixture(scope="module")
async def account(address: str) -> Account:
    order = {"handle": "union.test", "email": "union@union.test", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        made = await client.post("/xrpc/com.atproto.server.createAccount", json=order)
    assert made.is_success, made.text
    return Account("union.test", {"app_password": PASSWORD})


async def record(address: str, uri: str) -> httpx.Response:
    repo, collection, key = uri.removeprefix("at://").split("/")
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        query = {"repo": repo, "collection": collection, "rkey": key}
        return await client.get("/xrpc/com.atproto.repo.getRecord", params=query)


async def test_a_post_with_images_is_kept_as_it_was_made(
    connector: BlueskyConnector, account: Account, address: str
) -> None:
    text = "🎉 С юбилеем, завод! https://union.example/60 #юбилей"
    sent = await connector.publish(account, post(text, image(), image("green", "JPEG")))
    assert isinstance(sent, Sent), sent
    kept = (await record(address, sent.external_id)).json()["value"]
    assert kept["text"] == text
    assert [one["alt"] for one in kept["embed"]["images"]] == ["Открытка, фон navy", "Открытка, фон green"]
    assert len(kept["facets"]) == 2


async def test_a_repeat_is_the_same_record_and_is_found_by_its_key(
    connector: BlueskyConnector, account: Account
) -> None:
    news = post("Новость")
    before = datetime.now(UTC)
    assert await connector.reconcile(account, news, before) == NoProof()
    first = await connector.publish(account, news)
    assert isinstance(first, Sent), first
    assert await connector.publish(account, news) == first
    assert await connector.reconcile(account, news, before) == first


async def test_what_is_taken_down_is_gone_and_again_it_is_no_harm(
    connector: BlueskyConnector, account: Account, address: str
) -> None:
    sent = await connector.publish(account, post("Ошибка"))
    assert isinstance(sent, Sent), sent
    assert await connector.withdraw(account, sent.external_id) == Done()
    assert await connector.withdraw(account, sent.external_id) == Done()
    assert (await record(address, sent.external_id)).json()["error"] == "RecordNotFound"


@pytest.mark.parametrize(("signs", "taken"), [(300, True), (301, False)])
async def test_the_limit_is_the_servers_own(
    connector: BlueskyConnector, account: Account, signs: int, *, taken: bool
) -> None:
    outcome = await connector.publish(account, post("я" * signs))
    assert isinstance(outcome, Sent) is taken, outcome
    if isinstance(outcome, Rejected):
        assert outcome.reason.code == "network.text_too_long"


async def test_what_is_no_image_is_refused_by_name(connector: BlueskyConnector, account: Account) -> None:
    broken = image()
    object.__setattr__(broken, "content", b"not an image")
    object.__setattr__(broken, "content_type", "text/plain")
    outcome = await connector.publish(account, post("Открытка", broken))
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason.code == "network.image_refused"


async def test_a_wrong_password_needs_another(connector: BlueskyConnector, account: Account) -> None:
    wrong = Account(account.target, {"app_password": "wrong-password"})
    assert isinstance(await connector.publish(wrong, post("Раз")), NeedsReauthorization)
