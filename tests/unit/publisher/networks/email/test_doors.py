"""Mail servers that users name: on the public internet, encrypted, and connected to at the address that was checked."""

from collections.abc import Collection
from ipaddress import ip_address

import pytest

from services.publisher.networks.accounts import Account
from services.publisher.networks.email.doors import Door, PublicDoors, Security
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry
from services.publisher.networks.transport import Refused, Timeouts
from shared.http import Address

PUBLIC = "93.184.216.34"


class Names:
    """Resolves every name to these, and remembers how often."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = [ip_address(address) for address in addresses]
        self.asked = list[tuple[str, int]]()

    async def __call__(self, host: str, port: int) -> Collection[Address]:
        self.asked.append((host, port))
        if not self.addresses:
            raise OSError
        return self.addresses


def account(smtp_url: str, imap_url: str | None = None) -> Account:
    more = {} if imap_url is None else {"imap_url": imap_url}
    return Account("news@lists.example", {"mailbox": "press@union.example", "smtp_url": smtp_url, **more})


async def refused(smtp_url: str, *addresses: str) -> object:
    with pytest.raises(Refused) as caught:
        await PublicDoors(Timeouts(), Names(*addresses)).smtp(account(smtp_url))
    return caught.value.outcome


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtps://press%40union.example:p%3Aw@smtp.union.example", 465, Security.IMPLICIT),
        ("smtps://press@union.example:p%3Aw@smtp.union.example:2525", 2525, Security.IMPLICIT),
        ("smtp+starttls://press@union.example:p%3Aw@smtp.union.example/", 587, Security.STARTTLS),
    ],
)
async def test_a_server_is_looked_up_once_and_pinned(url: str, port: int, security: Security) -> None:
    names = Names(PUBLIC)
    door = await PublicDoors(Timeouts(), names).smtp(account(url))
    assert door == Door("smtp.union.example", PUBLIC, port, security, "press@union.example", "p:w")
    assert names.asked == [("smtp.union.example", port)]
    assert "p:w" not in repr(door)


async def test_a_mailbox_is_read_when_its_server_is_named() -> None:
    doors = PublicDoors(Timeouts(), Names(PUBLIC))
    smtp = "smtps://a:b@smtp.union.example"
    assert await doors.imap(account(smtp)) is None
    door = await doors.imap(account(smtp, "imaps://a:b@imap.union.example"))
    assert door is not None
    assert (door.port, door.security) == (993, Security.IMPLICIT)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.5", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1", "100.64.0.1"],
)
async def test_nothing_inside_is_connected_to(address: str) -> None:
    url = "smtps://a:b@smtp.union.example"
    for addresses in ([address], [PUBLIC, address]):
        outcome = await refused(url, *addresses)
        assert isinstance(outcome, Rejected)
        assert outcome.reason.code == "network.server_not_public"


@pytest.mark.parametrize("port", [22, 25, 80, 443, 5432, 6379, 65535])
async def test_other_ports_are_not_mails(port: int) -> None:
    assert isinstance(await refused(f"smtps://a:b@smtp.union.example:{port}", PUBLIC), Rejected)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://a:b@smtp.union.example",
        "http://a:b@smtp.union.example",
        "smtps://smtp.union.example",
        "smtps://a:b@127.0.0.1",
        "smtps://a:b@localhost",
        "smtps://a:b@[::1]",
        "smtps://a:b@smtp.union.example:99999",
        "smtps://a%0d%0aX:b@smtp.union.example",
        "smtps://a:b%00@smtp.union.example",
        "",
    ],
)
async def test_what_is_no_address_of_a_server_is_never_looked_up(url: str) -> None:
    assert isinstance(await refused(url, PUBLIC), NeedsReauthorization)


async def test_a_name_that_leads_nowhere_is_tried_again() -> None:
    outcome = await refused("smtps://a:b@smtp.union.example")
    assert isinstance(outcome, Retry)
    assert outcome.reason.code == "network.not_connected"
