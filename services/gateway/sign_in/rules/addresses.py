"""Who counts as one caller for the limits."""

from ipaddress import IPv6Address, ip_address, ip_network


def address_block(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: that is what a single household is given, with 2**64 addresses in it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed.packed[:8] + bytes(8), 64)))
