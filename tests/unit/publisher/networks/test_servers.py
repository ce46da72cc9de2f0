"""Networks of many servers: each account's own is called, and nothing that is no host comes into an address."""

import httpx
import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.registry import Connectors
from services.publisher.networks.shortcomings import problems_of_account
from shared.clock import new_id

PASSWORD = {"app_password": "abcd-efgh-2345-wxyz"}
TOKEN = {"token": "x" * 43}


async def called(network: Network, account: Account) -> tuple[list[str], object]:
    """The hosts that were called, and what came of it."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(f"{request.url.scheme}://{request.url.host}{request.url.path}")
        return httpx.Response(401, json={"error": "AuthenticationRequired", "message": "no"})

    def open_client(_: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(answer))

    async with Connectors(open_client) as connectors:
        outcome = await connectors[network].publish(account, Post(new_id(), "Новость"))
    return hosts, outcome


@pytest.mark.parametrize(
    ("network", "account", "host"),
    [
        (Network.BLUESKY, Account("union.bsky.social", PASSWORD), "https://bsky.social/xrpc"),
        (
            Network.BLUESKY,
            Account("union.example", {**PASSWORD, "server": "pds.union.example"}),
            "https://pds.union.example/xrpc",
        ),
        (Network.MASTODON, Account("union@mastodon.example", TOKEN), "https://mastodon.example/api"),
    ],
)
async def test_the_accounts_own_server_is_called(network: Network, account: Account, host: str) -> None:
    hosts, outcome = await called(network, account)
    assert isinstance(outcome, NeedsReauthorization)
    assert [one.startswith(host) for one in hosts] == [True]


@pytest.mark.parametrize(
    "server", ["evil.example/x", "evil.example:80", "a@evil.example", "localhost", "127.0.0.1", "[::1]", ""]
)
async def test_what_is_no_host_is_never_called(server: str) -> None:
    hosts, outcome = await called(Network.BLUESKY, Account("union.example", {**PASSWORD, "server": server}))
    assert (hosts, type(outcome)) == ([], NeedsReauthorization)
    hosts, outcome = await called(Network.MASTODON, Account(f"union@{server}", TOKEN))
    assert (hosts, type(outcome)) == ([], Rejected)
    assert problems_of_account(Network.MASTODON, f"union@{server}", TOKEN)
