"""The intake's consumers."""

from services.requests.intake.actions import receive_message
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import DirectMessageReceived


def consumers() -> list[Consumer]:
    return [consumes(DirectMessageReceived, receive_message)]
