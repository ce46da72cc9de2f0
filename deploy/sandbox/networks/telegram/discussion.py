"""A channel's discussion group: a thread per post, whose first message is a copy of the post."""

from deploy.sandbox.networks.telegram.errors import bad_request
from deploy.sandbox.networks.telegram.views import (
    NETWORK,
    bot_user,
    channel_origin,
    discussion_chat,
    message_object,
    person_user,
)
from deploy.sandbox.records import Comment, Community, Message, MessageKind
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

THREAD = 100_000  # a copy's number is its post's times this; comments follow it


def copy_number(post_number: int) -> int:
    return post_number * THREAD


def comment_number(comment: Comment) -> int:
    return copy_number(comment.post_number) + comment.number


def copy_object(world: World, community: Community, post: Message) -> JsonObject:
    """The post as it lies in the group."""
    copied = message_object(world, post)
    copied["message_id"] = copy_number(post.number)
    copied["chat"] = discussion_chat(community)
    copied["is_automatic_forward"] = True
    copied["forward_origin"] = channel_origin(world, post)
    return copied


def comment_object(world: World, community: Community, comment: Comment) -> JsonObject:
    """Answers to the post show it; answers to other comments show only those, as in the original."""
    shown: JsonObject = {
        "message_id": comment_number(comment),
        "message_thread_id": copy_number(comment.post_number),
        "chat": discussion_chat(community),
        "date": int(comment.at.timestamp()),
        "text": comment.text,
    }
    person = world.people.get(NETWORK, comment.person_id)
    bot = world.bots.get(NETWORK, community.bot_id)
    if person is not None:
        shown["from"] = person_user(person)
    elif bot is not None:
        shown["from"] = bot_user(bot)
    if comment.edited_at is not None:
        shown["edit_date"] = int(comment.edited_at.timestamp())
    answered = world.comments.get(NETWORK, community.id, comment.reply_to)
    post = world.messages.get(NETWORK, MessageKind.POST, community.id, comment.post_number)
    if answered is not None:
        shown["reply_to_message"] = comment_object(world, community, answered.model_copy(update={"reply_to": None}))
    elif post is not None:
        shown["reply_to_message"] = copy_object(world, community, post)
    return shown


def answer(world: World, community: Community, message_id: int | None, text: str) -> JsonObject:
    """A message of the bot's in the group, below what it answers. Raises the original's 400."""
    if message_id is None:
        raise bad_request("in a discussion group the stand-in takes answers alone")
    post_number, number = divmod(message_id, THREAD)
    post = world.messages.get(NETWORK, MessageKind.POST, community.id, post_number)
    answered = world.comments.get(NETWORK, community.id, number) if number else None
    there = answered is not None and not answered.deleted and answered.post_number == post_number
    if post is None or post.deleted or not (there or number == 0):
        raise bad_request("message to be replied not found")
    comment = world.comments.put(
        Comment(
            network=NETWORK,
            community_id=community.id,
            post_number=post_number,
            number=world.next_number(f"{NETWORK}:comment:{community.id}"),
            person_id=None,
            text=text,
            at=world.now(),
            reply_to=number or None,
        )
    )
    return comment_object(world, community, comment)
