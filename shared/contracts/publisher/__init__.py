"""What the publisher tells and is asked: messages with members in the networks, both ways, and its own due work."""

from shared.contracts.publisher.answers import AnswerHeard
from shared.contracts.publisher.archives import ArchiveDue, ArchiveOverDue
from shared.contracts.publisher.campaigns import (
    CampaignEndDue,
    CampaignRelayDue,
    HashtagHeard,
    PublicationSettled,
)
from shared.contracts.publisher.communities import (
    ChannelChanged,
    ChannelHookDue,
    CommunityInvitationMade,
    CommunityInvitationRequested,
    CommunityJoined,
)
from shared.contracts.publisher.conversations import (
    Button,
    ButtonPressed,
    DirectMessageDelivery,
    DirectMessageDue,
    DirectMessageReceived,
    DirectMessageRequested,
    LinkCodeReceived,
    NoticeDelivery,
    NoticeRequested,
)
from shared.contracts.publisher.deliveries import (
    DeliveryChangeDue,
    DeliveryDue,
    PostReturned,
    PublicationDue,
    ReconciliationDue,
)
from shared.contracts.publisher.mailboxes import MailboxAskDue
from shared.contracts.publisher.measures import ChannelMeasureDue
from shared.contracts.publisher.occasions import GreetingDrawn, OccasionDue
from shared.contracts.publisher.plans import PlanDue
from shared.contracts.publisher.releases import ReleaseLetterDue
from shared.contracts.publisher.signals import MembershipHeard, PollAskDue, PollVoteHeard, ReactionsHeard
from shared.contracts.publisher.watching import WatchedFeedDue

__all__ = [
    "AnswerHeard",
    "ArchiveDue",
    "ArchiveOverDue",
    "Button",
    "ButtonPressed",
    "CampaignEndDue",
    "CampaignRelayDue",
    "ChannelChanged",
    "ChannelHookDue",
    "ChannelMeasureDue",
    "CommunityInvitationMade",
    "CommunityInvitationRequested",
    "CommunityJoined",
    "DeliveryChangeDue",
    "DeliveryDue",
    "DirectMessageDelivery",
    "DirectMessageDue",
    "DirectMessageReceived",
    "DirectMessageRequested",
    "GreetingDrawn",
    "HashtagHeard",
    "LinkCodeReceived",
    "MailboxAskDue",
    "MembershipHeard",
    "NoticeDelivery",
    "NoticeRequested",
    "OccasionDue",
    "PlanDue",
    "PollAskDue",
    "PollVoteHeard",
    "PostReturned",
    "PublicationDue",
    "PublicationSettled",
    "ReactionsHeard",
    "ReconciliationDue",
    "ReleaseLetterDue",
    "WatchedFeedDue",
]
