"""Addresses inside a text: which are the organization's own, and the text with others in their place."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from services.publisher.links.rules.targets import UnsafeTarget, normal_target

_ADDRESS: Final = re.compile(r"https://[^\s<>\"«»]+")
_AFTER_IT: Final = ".,;:!?)]}…'"  # ends the sentence, not the address
MOST_SHORTENED: Final = 50  # addresses of one text: each asks the database some times, for each of many letters


def may_have_addresses(text: str) -> bool:
    """Without asking for anybody's hosts."""
    return _ADDRESS.search(text) is not None


def own_addresses(text: str, own_hosts: AbstractSet[str]) -> Mapping[str, str]:
    """The first addresses of `own_hosts` that are not short already, as they are written, with their targets."""
    found: dict[str, str] = {}
    for address in dict.fromkeys(each.rstrip(_AFTER_IT) for each in _ADDRESS.findall(text)):
        if len(found) == MOST_SHORTENED:
            break
        try:
            target = normal_target(address, own_hosts)
        except UnsafeTarget:
            continue
        if "/l/" not in target:
            found[address] = target
    return found


def with_addresses(text: str, instead: Mapping[str, str]) -> str:
    """`text` with what stands for an address instead of it."""

    def replaced(match: re.Match[str]) -> str:
        address = match[0].rstrip(_AFTER_IT)
        return instead.get(address, address) + match[0][len(address) :]

    return _ADDRESS.sub(replaced, text)
