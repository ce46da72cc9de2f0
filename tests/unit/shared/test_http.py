"""Where the outbound client refuses to go."""

from collections.abc import Collection
from ipaddress import ip_address

import httpx
import pytest

from shared.http import Address, OutboundClient, SafeTransport, UnsafeUrl, is_public, outbound_client
from shared.settings import Environment

PRIVATE = [
    "127.0.0.1", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.9",
    "192.88.99.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fec0::1", "fe80::1", "fc00::1", "ff02::1",
]  # fmt: skip


class Answering(httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(302, headers={"location": "http://127.0.0.1/"})


def resolving_to(*addresses: str) -> tuple[OutboundClient, Answering]:
    inner = Answering()

    async def resolver(_: str, __: int) -> Collection[Address]:
        return [ip_address(address) for address in addresses]

    transport = SafeTransport(inner, frozenset({"http://127.0.0.1:8090"}), resolver)
    return OutboundClient(transport, httpx.Timeout(1)), inner


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_with_one_private_address_is_refused(address: str) -> None:
    client, inner = resolving_to("93.184.216.34", address)
    with pytest.raises(UnsafeUrl):
        await client.get("https://example.com/")
    assert inner.requests == []


@pytest.mark.parametrize("address", PRIVATE)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::6810:84e5", "87.240.132.72"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://user@example.com/",
        "https://example.com:8443/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
    ],
)
async def test_tricks_in_the_address_are_refused(url: str) -> None:
    client = outbound_client(Environment.TEST, read_seconds=1)
    with pytest.raises((UnsafeUrl, httpx.ConnectError, httpx.InvalidURL)):
        await client.get(url)
    await client.aclose()


async def test_the_connection_goes_to_the_checked_address_under_the_given_name() -> None:
    client, inner = resolving_to("93.184.216.34")
    response = await client.get("https://example.com/path")
    assert inner.requests[0].url == "https://93.184.216.34/path"
    assert inner.requests[0].headers["host"] == "example.com"
    assert inner.requests[0].extensions["sni_hostname"] == "example.com"
    assert response.status_code == 302, "a redirect is an answer, not an order"


async def test_a_name_that_moves_inside_between_two_calls_is_never_followed() -> None:
    """Rebinding: public when the address is checked, private a moment later. A call resolves its name once."""
    answers = [["93.184.216.34"], ["93.184.216.34"], ["127.0.0.1"]]

    async def resolver(_: str, __: int) -> Collection[Address]:
        return [ip_address(address) for address in answers.pop(0)]

    inner = Answering()
    transport = SafeTransport(inner, frozenset(), resolver)
    async with OutboundClient(transport, httpx.Timeout(1)) as client:
        await client.check("https://rebound.example/hook")
        await client.post("https://rebound.example/hook")
        assert [request.url for request in inner.requests] == ["https://93.184.216.34/hook"]
        assert answers == [["127.0.0.1"]], "resolved once to be kept, and once to be called"
        with pytest.raises(UnsafeUrl):
            await client.post("https://rebound.example/hook")
    assert len(inner.requests) == 1


async def test_a_configured_origin_is_trusted_by_its_whole_name() -> None:
    client, inner = resolving_to("127.0.0.1")
    await client.get("http://127.0.0.1:8090/telegram")
    assert len(inner.requests) == 1
    with pytest.raises(UnsafeUrl):
        await client.get("http://127.0.0.1:8091/telegram")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8090/",
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:80900/",
        "http://127.0.0.2:8090/",
        "http://localhost:8090/",
        "http://127.0.0.1.example.com:8090/",
        "http://127.0.0.1:8090@example.com:8090/",
        "http://2130706433:8090/",
    ],
)
async def test_a_trusted_origin_is_exact(url: str) -> None:
    client, inner = resolving_to("127.0.0.1")
    await client.check("http://127.0.0.1:8090/hook")
    with pytest.raises(UnsafeUrl):
        await client.check(url)
    with pytest.raises((UnsafeUrl, httpx.InvalidURL)):
        await client.post(url)
    assert inner.requests == []


async def test_production_trusts_no_origin() -> None:
    client = outbound_client(Environment.PRODUCTION, read_seconds=1, trusted_urls=["http://127.0.0.1:8090"])
    with pytest.raises(UnsafeUrl):
        await client.get("http://127.0.0.1:8090/")
    await client.aclose()
