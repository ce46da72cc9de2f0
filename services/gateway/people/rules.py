"""Who a person is to the union, and how they are called."""

from enum import StrEnum

from shared.errors import Conflict


class PersonStatus(StrEnum):
    PROSPECTIVE = "prospective"
    MEMBER = "member"
    FORMER = "former"


class Network(StrEnum):
    """Where a person's account may be."""

    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"
    OK = "ok"
    INSTAGRAM = "instagram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


class IdentifierTaken(Conflict):
    code = "person.identifier_taken"
    title = {"ru": "Этот аккаунт уже принадлежит другому человеку", "en": "This account belongs to somebody else"}


def display_name(family_name: str, given_name: str, additional_name: str | None) -> str:
    """As official papers in Russian write it: family name first."""
    return " ".join(part for part in (family_name, given_name, additional_name) if part)
