"""What campaigns hear: publications, hashtags, and their own due work."""

from services.publisher.campaigns.actions.carrying import carry_relay, hear_publication
from services.publisher.campaigns.actions.gathering import hear_hashtags
from services.publisher.campaigns.actions.running import end_campaign
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import CampaignEndDue, CampaignRelayDue, HashtagHeard, PublicationSettled


def consumers() -> list[Consumer]:
    return [
        consumes(PublicationSettled, hear_publication),
        consumes(CampaignRelayDue, carry_relay),
        consumes(CampaignEndDue, end_campaign),
        consumes(HashtagHeard, hear_hashtags),
    ]
