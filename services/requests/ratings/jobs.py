"""The ratings' consumers."""

from services.requests.ratings.actions import rate_by_button
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import ButtonPressed


def consumers() -> list[Consumer]:
    return [consumes(ButtonPressed, rate_by_button)]
