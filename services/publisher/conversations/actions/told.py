"""What a network told of one mailbox: by one verified call of its hook, or when it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.accounts import Account
from services.publisher.networks.connector import Connector
from services.publisher.networks.inbound import Update

Names = Mapping[str, str | None]  # by external user id


@dataclass(frozen=True)
class Told:
    mailbox: Mailbox
    channel: Channel  # that keeps it
    account: Account
    connector: Connector
    updates: Sequence[Update]
    names: Names  # that are known
