"""The desk's consumers."""

from services.requests.desk.actions.delivery import record_delivery
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import DirectMessageDelivery


def consumers() -> list[Consumer]:
    return [consumes(DirectMessageDelivery, record_delivery)]
