"""What the networks count, asked once a day."""

from services.publisher.metrics.actions.measuring import measure_channel
from shared.consumers import Consumer, performs
from shared.contracts.publisher import ChannelMeasureDue


def consumers() -> list[Consumer]:
    return [performs(ChannelMeasureDue, measure_channel)]
