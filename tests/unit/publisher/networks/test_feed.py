"""A feed as a network: nobody is called, and nothing can be in doubt."""

import httpx

from services.publisher.networks.accounts import Ability, Account, Network
from services.publisher.networks.contents import Post
from services.publisher.networks.inbound import Hook
from services.publisher.networks.outcomes import Done, Sent
from services.publisher.networks.registry import Connectors
from shared.clock import new_id

ACCOUNT = Account("A" * 43, {})
ADDRESS = f"https://union.example/feeds/{'A' * 43}.rss"


def unasked(request: httpx.Request) -> httpx.Response:
    raise AssertionError(request.url)


def connectors(sandbox_url: str | None = None) -> Connectors:
    def open_client(_: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(unasked))

    return Connectors(open_client, sandbox_url, own_url="https://union.example/")


async def test_it_is_at_our_own_address_among_stand_ins_too() -> None:
    for sandbox_url in (None, "http://127.0.0.1:8090"):
        async with connectors(sandbox_url) as open_to:
            assert (await open_to[Network.FEED].probe(ACCOUNT)).url == ADDRESS


async def test_what_is_published_is_there_at_once_under_the_same_id() -> None:
    post = Post(new_id(), "Договор подписан")
    async with connectors() as open_to:
        feed = open_to[Network.FEED]
        sent = await feed.publish(ACCOUNT, post)
        assert sent == Sent(str(post.delivery_id), f"{ADDRESS}#{post.delivery_id}")
        assert await feed.publish(ACCOUNT, post) == sent
        assert await feed.edit(ACCOUNT, str(post.delivery_id), post) == Done()
        assert await feed.withdraw(ACCOUNT, str(post.delivery_id)) == Done()


async def test_nothing_comes_back_by_it() -> None:
    async with connectors() as open_to:
        missing = await open_to[Network.FEED].register_hook(ACCOUNT, Hook("https://union.example/hook", "secret"))
    assert missing is not None
    assert (missing.ability, missing.reason.code) == (Ability.UPDATES, "network.cannot_hear")
