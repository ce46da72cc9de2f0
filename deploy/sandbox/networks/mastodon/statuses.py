"""Statuses: made, changed, deleted, carried further, read."""

from datetime import timedelta

from deploy.sandbox.answers import Poll
from deploy.sandbox.networks.mastodon.caller import Caller
from deploy.sandbox.networks.mastodon.errors import NOT_ALLOWED, NOT_FOUND, invalid
from deploy.sandbox.networks.mastodon.models import MENTION, NewStatus, StatusChange
from deploy.sandbox.networks.mastodon.views import (
    COMMENTS_FROM,
    DOMAIN,
    NETWORK,
    ROOM,
    account_named,
    comment_status,
    post_status,
)
from deploy.sandbox.records import Comment, Dialog, Message, MessageKind, Person, PostFormat
from deploy.sandbox.wire import JsonObject, Refusal


def create(caller: Caller, order: NewStatus, repeat_key: str | None) -> JsonObject:
    known = caller.kept(repeat_key)
    if known is not None:
        return known
    if order.visibility == "direct":
        return _write(caller, order, repeat_key)
    if order.in_reply_to_id is not None:
        return _answer(caller, order, order.in_reply_to_id, repeat_key)
    poll = None if order.poll is None else _poll(caller, order)
    return post_status(caller.world, _keep(caller, order, repeat_key, None if poll is None else poll.id))


def change(caller: Caller, status_id: str, order: StatusChange) -> JsonObject:
    post = own(caller, status_id)
    edited = {"text": order.status, "pictures": _pictures(caller, order), "edited_at": caller.world.now()}
    return post_status(caller.world, caller.world.keep_message(post.model_copy(update=edited)))


def delete(caller: Caller, status_id: str) -> JsonObject:
    post = own(caller, status_id)
    shown = {**post_status(caller.world, post), "text": post.text}
    caller.world.keep_message(post.model_copy(update={"deleted": True}))
    return shown


def reblog(caller: Caller, status_id: str) -> JsonObject:
    """A status is carried further once: again it is the same reblog."""
    source = public(caller, status_id)
    url = f"https://{DOMAIN}/@x/{source.key}"
    for known in caller.world.posts(NETWORK, caller.community.id):
        if known.format is PostFormat.REPOST and known.source_url == url:
            return post_status(caller.world, known)
    number, key = caller.next_status()
    kept = Message(
        network=NETWORK,
        kind=MessageKind.POST,
        owner_id=caller.community.id,
        chat_id=caller.community.id,
        number=number,
        key=key,
        author_id=None,
        outgoing=True,
        text="",
        at=caller.world.now(),
        format=PostFormat.REPOST,
        source_url=url,
        source_text=source.text,
    )
    return post_status(caller.world, caller.world.keep_message(kept))


def public(caller: Caller, status_id: str) -> Message:
    """A post of any community. Raises 404."""
    statuses = (m for m in caller.world.messages if m.network == NETWORK and m.kind is MessageKind.POST)
    found = next((m for m in statuses if m.key == status_id and not m.deleted), None)
    if found is None:
        raise Refusal(NOT_FOUND)
    return found


def own(caller: Caller, status_id: str) -> Message:
    """Raises 404, also for what is somebody else's."""
    found = public(caller, status_id)
    if found.owner_id != caller.community.id:
        raise Refusal(NOT_FOUND)
    return found


def comment_by_id(caller: Caller, status_id: str) -> Comment | None:
    number = int(status_id) - COMMENTS_FROM if status_id.isdecimal() else -1
    found = caller.world.comments.get(NETWORK, number // ROOM, number % ROOM) if number > 0 else None
    return None if found is None or found.deleted else found


def shown(caller: Caller, status_id: str) -> JsonObject:
    comment = comment_by_id(caller, status_id)
    if comment is not None:
        return comment_status(caller.world, comment)
    return post_status(caller.world, public(caller, status_id))


def _keep(caller: Caller, order: NewStatus, repeat_key: str | None, poll_id: str | None) -> Message:
    number, key = caller.next_status()
    return caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.POST,
            owner_id=caller.community.id,
            chat_id=caller.community.id,
            number=number,
            key=key,
            author_id=None,
            outgoing=True,
            text=order.status,
            pictures=_pictures(caller, order),
            at=caller.world.now(),
            repeat_key=repeat_key,
            format=PostFormat.POST if poll_id is None else PostFormat.POLL,
            poll_id=poll_id,
        )
    )


def _pictures(caller: Caller, order: StatusChange) -> tuple[str, ...]:
    known = {str(p.number): p for p in caller.world.pictures if p.network == NETWORK}
    found = [known.get(media_id) for media_id in order.media_ids]
    now = caller.world.now()
    if any(picture is None or picture.ready_at > now for picture in found):
        raise invalid("Cannot attach media that have not finished processing. Try again in a moment!")
    return tuple(picture.id for picture in found if picture is not None)


def _poll(caller: Caller, order: NewStatus) -> Poll | None:
    asked = order.poll
    if asked is None:
        return None
    return caller.world.polls.put(
        Poll(
            network=NETWORK,
            id=str(caller.world.next_number(f"{NETWORK}:poll", first=34_001)),
            owner_id=caller.community.id,
            question=order.status,
            options=asked.options,
            is_multiple=asked.multiple,
            closes_at=caller.world.now() + timedelta(seconds=asked.expires_in),
        )
    )


def _answer(caller: Caller, order: NewStatus, answered_id: str, repeat_key: str | None) -> JsonObject:
    """Below a post of a community: what would stand elsewhere is not modelled."""
    comment = comment_by_id(caller, answered_id)
    if comment is None and public(caller, answered_id).owner_id != caller.community.id:
        raise Refusal(NOT_ALLOWED)
    if comment is not None and comment.community_id != caller.community.id:
        raise Refusal(NOT_ALLOWED)
    kept = caller.world.comments.put(
        Comment(
            network=NETWORK,
            community_id=caller.community.id,
            post_number=int(answered_id) if comment is None else comment.post_number,
            number=caller.world.next_number(f"{NETWORK}:comment:{caller.community.id}"),
            person_id=None,
            text=MENTION.sub("", order.status, count=1).strip() if comment is not None else order.status,
            at=caller.world.now(),
            reply_to=None if comment is None else comment.number,
            repeat_key=repeat_key,
        )
    )
    return comment_status(caller.world, kept)


def _write(caller: Caller, order: NewStatus, repeat_key: str | None) -> JsonObject:
    """To the one person whom it names first."""
    found = MENTION.match(order.status)
    person = None if found is None or found[2] not in (None, DOMAIN) else account_named(caller.world, found[1])
    if found is None or not isinstance(person, Person):
        raise invalid("a private status that names nobody here is not modelled")
    number, key = caller.next_status()
    dialog = caller.world.dialogs.get(NETWORK, caller.community.id, person.id) or caller.world.dialogs.put(
        Dialog(network=NETWORK, owner_id=caller.community.id, person_id=person.id, chat_id=number)
    )
    kept = caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.DIRECT,
            owner_id=caller.community.id,
            chat_id=dialog.chat_id,
            number=number,
            key=key,
            author_id=None,
            outgoing=True,
            text=order.status[found.end() :].strip(),
            at=caller.world.now(),
            repeat_key=repeat_key,
        )
    )
    return post_status(caller.world, kept)
