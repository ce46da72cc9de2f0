"""What the networks count or tell one by one, of nobody by name: to the publisher itself."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class MembershipHeard(Message):
    """Somebody came into a channel's community, or left it."""

    type: ClassVar[str] = "publisher.membership_heard"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    channel_id: UUID
    has_joined: bool  # else they left
    at: datetime


class ReactionsHeard(Message):
    """How many reactions a post has by now."""

    type: ClassVar[str] = "publisher.reactions_heard"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    mailbox_id: UUID
    places: tuple[str, ...] = ()  # the community's id and name, where the network tells which of several it was
    post_id: str
    count: int
    at: datetime


class PollVoteHeard(Message):
    """Somebody voted in a poll. Without `votes` its network is to be asked how it stands."""

    type: ClassVar[str] = "publisher.poll_vote_heard"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    mailbox_id: UUID
    poll_id: str
    votes: tuple[int, ...] | None = None  # for each option, in their order
    voters: int | None = None
    at: datetime


class PollAskDue(Message):
    """Ask a network how a poll stands."""

    type: ClassVar[str] = "publisher.poll_ask_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    delivery_id: UUID
