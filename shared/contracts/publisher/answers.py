"""What the world answers to what the union published, as the networks tell it: to the publisher itself."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class AnswerHeard(Message):
    """Somebody commented on a post, carried it further, or named the union in a post of their own."""

    type: ClassVar[str] = "publisher.answer_heard"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    quotes: ClassVar[bool] = True

    kind: str  # comment, repost, mention
    mailbox_id: UUID
    places: tuple[str, ...] = ()  # the community's id and name, where the network tells which of several it was
    post_id: str | None = None  # the post of ours; None for a mention
    answer_id: str  # the comment's or the repost's own id in the network
    network: str
    external_user_id: str
    display_name: str | None = None
    text: str
    url: str | None = None
    is_removed: bool = False
    at: datetime  # of this wording: of two the later one stands
