"""What an inbound message becomes."""

from services.requests.desk.rules.life import RequestKind, Source

KIND_UNTIL_READ = RequestKind.INFORMATIONAL  # what a chat's request is until staff have read it

BY_STAFF = (Source.PHONE, Source.IN_PERSON)


def source_of(network: str) -> Source:
    """Raises ValueError for a network that requests do not come from."""
    source = Source(network)
    if source in BY_STAFF:
        raise ValueError(network)
    return source
