"""Addresses on the stand-in: everybody's mailbox by their number, and a mailing list for each community."""

import re

from deploy.sandbox.records import Community, Person
from deploy.sandbox.world import World

NETWORK = "email"
DOMAIN = "mail.vmeste.example"
LISTS = "lists.vmeste.example"
_MAILBOX = re.compile(rf"box(\d{{1,12}})@{re.escape(DOMAIN)}")


def mailbox_of(number: int) -> str:
    return f"box{number}@{DOMAIN}"


def list_of(handle: str) -> str:
    return f"{handle.lower()}@{LISTS}"


def credentials(number: int, password: str) -> dict[str, str]:
    """What a community's mailbox is opened with. Where its servers are nobody looks up: these names lead nowhere."""
    login = f"{mailbox_of(number)}:{password}"
    return {
        "mailbox": mailbox_of(number),
        "smtp_url": f"smtps://{login}@smtp.{DOMAIN}",
        "imap_url": f"imaps://{login}@imap.{DOMAIN}",
    }


def owner_of(world: World, address: str) -> Community | Person | None:
    """Whose mailbox it is."""
    found = _MAILBOX.fullmatch(address.lower())
    number = int(found[1]) if found else 0
    return world.communities.get(NETWORK, number) or world.people.get(NETWORK, number)


def community_with_list(world: World, address: str) -> Community | None:
    handle, _, domain = address.lower().rpartition("@")
    return world.community_by_handle(NETWORK, handle) if domain == LISTS else None
