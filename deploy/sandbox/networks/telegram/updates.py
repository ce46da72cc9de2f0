"""What Telegram tells a bot, as Update objects."""

from collections import Counter

from pydantic import JsonValue

from deploy.sandbox.events import (
    Commented,
    CommentEdited,
    Event,
    Joined,
    Left,
    Mentioned,
    Pressed,
    Reacted,
    Reposted,
    Started,
    Update,
    Voted,
    Written,
)
from deploy.sandbox.markup import utf16_length
from deploy.sandbox.networks.telegram.discussion import comment_object
from deploy.sandbox.networks.telegram.views import (
    NETWORK,
    channel_chat,
    channel_origin,
    discussion_chat,
    invite_link,
    message_object,
    person_user,
    poll_object,
)
from deploy.sandbox.records import Community, InviteLink, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

OUTSIDE_THREADS = 900_000_000_000  # numbers of what is written into a discussion group and is no comment
# The Bot API sends these only to those who name them in `allowed_updates`.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Written(message=message) | Started(message=Message() as message):
            return [_update(message.owner_id, "message", message.chat_id, message_object(world, message))]
        case Pressed(press=press, message=message, person=person):
            query: JsonObject = {
                "id": press.id,
                "from": person_user(person),
                "message": message_object(world, message),
                "chat_instance": str(abs(hash_of(message.chat_id, message.owner_id))),
                "data": press.data,
            }
            return [_update(message.owner_id, "callback_query", message.chat_id, query)]
        case Joined(community=community, person=person, link=link):
            return _membership(world, community, person, ("left", "member"), link)
        case Left(community=community, person=person):
            return _membership(world, community, person, ("member", "left"))
        case _:
            return _answers(world, event)


def _answers(world: World, event: Event) -> list[Update]:
    """What people do with posts. Bots do not hear of their own posts, nor of comments that were taken away."""
    match event:
        case Commented() | CommentEdited():
            return _comment(world, event)
        case Mentioned():
            return _mention(world, event)
        case Reposted():
            return _repost(world, event)
        case Reacted():
            return _reactions(world, event)
        case Voted():
            return _votes(world, event)
        case _:
            return []


def hash_of(*parts: int) -> int:
    """A number that stays the same over restarts, unlike `hash`."""
    mixed = 1_469_598_103_934_665_603
    for part in parts:
        mixed = (mixed ^ (part & 0xFFFFFFFFFFFFFFFF)) * 1_099_511_628_211 & 0x7FFFFFFFFFFFFFFF
    return mixed


def _update(bot_id: int, event: str, chat_id: int, body: JsonObject) -> Update:
    return Update(owner_id=bot_id, event=event, lane=str(chat_id), body=body)


def _comment(world: World, event: Commented | CommentEdited) -> list[Update]:
    """A comment is an answer in the channel's discussion group to the copy of the post there."""
    community = world.communities.get(NETWORK, event.comment.community_id)
    if community is None:
        return []
    kind = "edited_message" if isinstance(event, CommentEdited) else "message"
    return _in_discussion(community, kind, comment_object(world, community, event.comment))


def _in_discussion(community: Community, kind: str, message: JsonObject) -> list[Update]:
    if community.bot_id is None or community.discussion_id is None:
        return []
    return [_update(community.bot_id, kind, community.discussion_id, message)]


def _said(world: World, community: Community, person: Person, number: int) -> JsonObject:
    """What a person writes into the discussion group outside of every thread."""
    return {
        "message_id": OUTSIDE_THREADS + number,
        "from": person_user(person),
        "chat": discussion_chat(community),
        "date": int(world.now().timestamp()),
    }


def _mention(world: World, event: Mentioned) -> list[Update]:
    community = event.community
    name = f"@{community.handle}"
    text = event.mention.text if name in event.mention.text else f"{name} {event.mention.text}"
    place: JsonValue = {
        "type": "mention",
        "offset": utf16_length(text[: text.index(name)]),
        "length": utf16_length(name),
    }
    entities: list[JsonValue] = [place]
    words: JsonObject = {"text": text, "entities": entities}
    said = _said(world, community, event.person, 2 * event.mention.number)
    return _in_discussion(community, "message", said | words)


def _repost(world: World, event: Reposted) -> list[Update]:
    """Of what is carried elsewhere a bot hears where it is itself: in the discussion group."""
    community = world.communities.get(NETWORK, event.repost.community_id)
    if community is None:
        return []
    said = _said(world, community, event.person, 2 * event.repost.number + 1)
    carried: JsonObject = {"text": event.post.text or "…", "forward_origin": channel_origin(world, event.post)}
    return _in_discussion(community, "message", said | carried)


def _reactions(world: World, event: Reacted) -> list[Update]:
    community = world.communities.get(NETWORK, event.post.owner_id)
    if community is None or community.bot_id is None:
        return []
    counted = Counter(reaction.emoji for reaction in world.reactions_of(event.post))
    reactions: list[JsonValue] = [
        {"type": {"type": "emoji", "emoji": emoji}, "total_count": count} for emoji, count in counted.items()
    ]
    body: JsonObject = {
        "chat": channel_chat(community),
        "message_id": event.post.number,
        "date": int(event.reaction.at.timestamp()),
        "reactions": reactions,
    }
    return [_update(community.bot_id, "message_reaction_count", community.id, body)]


def _votes(world: World, event: Voted) -> list[Update]:
    """To the bot that asked, with all votes until now."""
    community = world.communities.get(NETWORK, event.post.owner_id)
    if community is None or community.bot_id is None:
        return []
    return [_update(community.bot_id, "poll", community.id, poll_object(event.poll))]


def _membership(
    world: World, community: Community, person: Person, change: tuple[str, str], link: InviteLink | None = None
) -> list[Update]:
    if community.bot_id is None:
        return []
    old, new = change
    user: JsonValue = person_user(person)
    body: JsonObject = {
        "chat": channel_chat(community),
        "from": user,
        "date": int(world.now().timestamp()),
        "old_chat_member": {"status": old, "user": user},
        "new_chat_member": {"status": new, "user": user},
    }
    bot = None if link is None else world.bots.get(NETWORK, link.bot_id)
    if link is not None and bot is not None:
        body["invite_link"] = invite_link(bot, link)
    return [_update(community.bot_id, "chat_member", community.id, body)]
