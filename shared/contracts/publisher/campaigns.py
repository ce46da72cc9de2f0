"""What campaigns hear of publications and of the world, and their own due work: to the publisher itself."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class PublicationSettled(Message):
    """A publication is out, will not be, or was taken back: its row says which, by the time that this is heard."""

    type: ClassVar[str] = "publisher.publication_settled"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    publication_id: UUID


class CampaignRelayDue(Message):
    """An organization that subscribes is to get its copy of a campaign's publication. Dropped when it has one."""

    type: ClassVar[str] = "publisher.campaign_relay_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    relay_id: UUID


class CampaignEndDue(Message):
    """A campaign's last day is over. Dropped when it was given another one since."""

    type: ClassVar[str] = "publisher.campaign_end_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    campaign_id: UUID
    ends_on: date


class HashtagHeard(Message):
    """Somebody used hashtags in what they said to the union or about it; or took back what may have had some."""

    type: ClassVar[str] = "publisher.hashtag_heard"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    quotes: ClassVar[bool] = True

    kind: str  # comment, repost, mention
    channel_id: UUID
    network: str
    answer_id: str  # the comment's, repost's or post's own id in the network
    external_user_id: str
    display_name: str | None = None
    text: str
    url: str | None = None
    hashtags: tuple[str, ...]  # folded, without `#`
    is_removed: bool = False
    at: datetime  # of this wording: of two the later one stands
