"""Who counts as one caller for the limits."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_HOUSEHOLD: Final = 64
_SITE: Final = 48


def address_block(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: the least that a household is given, with 2**64 addresses in it."""
    return _block(address, _HOUSEHOLD)


def address_site(address: str) -> str:
    """An IPv4 address, or the /48 of an IPv6 one: the most that a customer is usually given, 65,536 blocks.

    Neighbours may share it, so it bounds what is tried at one account, not how many of them sign in.
    """
    return _block(address, _SITE)


def _block(address: str, prefix: int) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed.packed, prefix), strict=False))
