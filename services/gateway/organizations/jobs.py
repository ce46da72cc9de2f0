"""What the gateway hears of its organizations, and what is done in every tenant by the clock."""

from services.gateway.organizations.actions import apply_channel
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import ChannelChanged


def consumers() -> list[Consumer]:
    return [consumes(ChannelChanged, apply_channel)]
