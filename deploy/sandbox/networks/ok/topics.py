"""`mediatopic.*`: topics of groups, made of blocks of content.

OK tells no figures for its limits, only the errors that say that one is reached: the figures here are ours, and the
publisher's table keeps to them.
"""

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.networks.ok.caller import NETWORK, Caller
from deploy.sandbox.networks.ok.errors import (
    BLOCK_LIMIT,
    PARAM,
    POLL_ANSWER_LIMIT,
    POLL_ANSWERS_LIMIT,
    POLL_QUESTION_LIMIT,
    TEXT_LIMIT,
    OkError,
)
from deploy.sandbox.networks.ok.models import (
    Attachment,
    LinkBlock,
    PhotoBlock,
    PollBlock,
    TextBlock,
    TopicDelete,
    TopicPost,
)
from deploy.sandbox.records import Community, Message, MessageKind, PostFormat
from deploy.sandbox.world import World

TEXT = 5000
PHOTOS = 10
QUESTION = 250
ANSWERS = 10
ANSWER = 100


def new_key(world: World) -> tuple[int, str]:
    number = world.next_number("ok:topic", first=67_446_180_383_738)
    return number, str(number)


def post(caller: Caller, body: TopicPost) -> JsonValue:
    """The id of the new topic. A repeat makes another one: there is no key."""
    group = caller.administered(body.gid)
    attachment = body.attachment
    if attachment.onBehalfOfGroup != "true":
        raise OkError(PARAM, "the stand-in has topics of groups only: onBehalfOfGroup is not true")
    text = _text(attachment)
    pictures = _pictures(caller, group, attachment)
    poll = _poll(caller, group, attachment)
    number, key = new_key(caller.world)
    caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.POST,
            owner_id=group.id,
            chat_id=group.id,
            number=number,
            key=key,
            author_id=None,
            outgoing=True,
            text=text,
            pictures=pictures,
            at=caller.world.now(),
            format=PostFormat.POST if poll is None else PostFormat.POLL,
            poll_id=None if poll is None else poll.id,
        )
    )
    return key


def delete(caller: Caller, body: TopicDelete) -> JsonValue:
    caller.administered(body.gid)
    topic = caller.topic(body.topic_id)
    caller.world.keep_message(topic.model_copy(update={"deleted": True}))
    return {"success": True}


def _text(attachment: Attachment) -> str:
    blocks = [block.text for block in attachment.media if isinstance(block, TextBlock)]
    links = [block.url for block in attachment.media if isinstance(block, LinkBlock)]
    if any(len(text) > TEXT for text in blocks):
        raise OkError(TEXT_LIMIT)
    return "\n".join([*blocks, *links])


def _pictures(caller: Caller, group: Community, attachment: Attachment) -> tuple[str, ...]:
    photos = [photo for block in attachment.media if isinstance(block, PhotoBlock) for photo in block.photos]
    if len(photos) > PHOTOS:
        raise OkError(BLOCK_LIMIT)
    known = {p.secret: p.id for p in caller.world.pictures if p.network == NETWORK and p.owner_id == group.id}
    if not known.keys() >= {photo.id for photo in photos}:
        raise OkError(PARAM, "a photo's token is not known")
    return tuple(known[photo.id] for photo in photos)


def _poll(caller: Caller, group: Community, attachment: Attachment) -> Poll | None:
    polls = [block for block in attachment.media if isinstance(block, PollBlock)]
    if not polls:
        return None
    if len(polls) > 1:
        raise OkError(BLOCK_LIMIT)
    (block,) = polls
    if len(block.question) > QUESTION:
        raise OkError(POLL_QUESTION_LIMIT)
    if len(block.answers) > ANSWERS:
        raise OkError(POLL_ANSWERS_LIMIT)
    if any(len(answer.text) > ANSWER for answer in block.answers):
        raise OkError(POLL_ANSWER_LIMIT)
    return caller.world.polls.put(
        Poll(
            network=NETWORK,
            id=str(caller.world.next_number("ok:poll", first=51_000_000_001)),
            owner_id=group.id,
            question=block.question,
            options=tuple(answer.text for answer in block.answers),
            is_anonymous="AnonymousVoting" in block.options,
            is_multiple="SingleChoice" not in block.options,
        )
    )
