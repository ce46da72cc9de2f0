"""What is said in a request, and what became of it on its way to the requester."""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Invalid

TEXT_LIMIT = 4000  # the smallest limit of the networks (MAX), so that a reply is one message everywhere


class ReplyTooLong(Invalid):
    code = "request.reply_too_long"
    title = {"ru": "Ответ не поместится в одно сообщение", "en": "The reply does not fit into one message"}


class Direction(StrEnum):
    """Who says it to whom.

    `inbound`: the requester to staff; `outbound`: staff to the requester; `note`: among staff, the requester never
    sees it.
    """

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"


class DeliveryState(StrEnum):
    """The publisher's words for a message into a network, and `spoken` for what staff said themselves.

    `pending`: goes out soon; `sending`: the network is being called; `sent`: the network took it; `retrying`: the
    next try comes by itself; `rejected`: the network refused it; `failed`: its tries are used up; `unknown`: the
    network may have taken it; `spoken`: said by telephone or in person.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SPOKEN = "spoken"


@dataclass(frozen=True)
class Delivery:
    """`sequence` is that of the news it was learned by; 0 before the first. `code` is the network's own."""

    state: DeliveryState
    sequence: int = 0
    code: str | None = None


def delivery_after(delivery: Delivery, news: Delivery) -> Delivery:
    """The later of the two. News may arrive twice or in another order than they were sent."""
    if delivery.state is DeliveryState.SPOKEN or news.sequence <= delivery.sequence:
        return delivery
    return news


def check_fits(text: str) -> None:
    """Raises ReplyTooLong. Counted in UTF-16 units, as the strictest network counts: an emoji is two."""
    if len(text.encode("utf-16-le")) > 2 * TEXT_LIMIT:
        raise ReplyTooLong
