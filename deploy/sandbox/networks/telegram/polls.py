"""Polls in channels."""

from datetime import UTC, datetime

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.networks.telegram.chats import Caller, may_write_posts
from deploy.sandbox.networks.telegram.errors import bad_request
from deploy.sandbox.networks.telegram.html import formatted
from deploy.sandbox.networks.telegram.models import SendPoll
from deploy.sandbox.networks.telegram.sending import caption_of, keep, picture_of
from deploy.sandbox.networks.telegram.views import NETWORK, message_object
from deploy.sandbox.records import PostFormat

OPEN_SECONDS = (5, 2_628_000)


def send_poll(caller: Caller, body: SendPoll) -> JsonValue:
    target = may_write_posts(caller, body.chat_id)
    if target.community is None:
        raise bad_request("polls are modelled for channels alone by the stand-in")
    if not body.is_anonymous:
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    closes_at = None if body.close_date is None else _closing(caller, body.close_date)
    description = caption_of(body.description, None)
    pictures = () if body.media is None else (picture_of(caller, body.media.media),)
    number = caller.sandbox.world.next_number("telegram:poll", first=5_400_000_001)
    poll = caller.sandbox.world.polls.put(
        Poll(
            network=NETWORK,
            id=str(number),
            owner_id=target.owner_id,
            question=formatted(body.question, None).text,
            options=tuple(option.text for option in body.options),
            is_anonymous=body.is_anonymous,
            is_multiple=body.allows_multiple_answers,
            closes_at=closes_at,
        )
    )
    kept = keep(caller, target, description, pictures, None, None)
    change = {"format": PostFormat.POLL, "poll_id": poll.id}
    return message_object(caller.sandbox.world, caller.sandbox.world.keep_message(kept.model_copy(update=change)))


def _closing(caller: Caller, close_date: int) -> datetime:
    closes_at = datetime.fromtimestamp(close_date, UTC)
    shortest, longest = OPEN_SECONDS
    # a second of grace: what was far enough away when it was sent may be a little less when it arrives
    if not shortest - 1 <= (closes_at - caller.sandbox.world.now()).total_seconds() <= longest:
        raise bad_request("poll close date is invalid")
    return closes_at
