"""Comments under a channel's posts: read, written, changed and deleted by the bot that administers the channel."""

from pydantic import JsonValue

from deploy.sandbox.networks.max.chats import Caller, find_chat, hold_to_chat_limit
from deploy.sandbox.networks.max.errors import denied, not_found
from deploy.sandbox.networks.max.messages import own_message
from deploy.sandbox.networks.max.models import CommentQuery, CommentsQuery, NewComment, Nothing
from deploy.sandbox.networks.max.views import NETWORK, comment_key, comment_object
from deploy.sandbox.records import Comment, Message, MessageKind

SUCCESS: JsonValue = {"success": True}


def listed(message_id: str, caller: Caller, query: CommentsQuery, _: Nothing) -> JsonValue:
    comments = caller.world.comments_of(_post(caller, message_id))[-query.count :]
    shown: list[JsonValue] = [comment_object(caller.world, comment) for comment in reversed(comments)]
    return {"messages": shown}


def send(message_id: str, caller: Caller, _: Nothing, body: NewComment) -> JsonValue:
    post = _post(caller, message_id)
    hold_to_chat_limit(caller, find_chat(caller, post.chat_id))
    answered = None if body.link is None else _comment(caller, post, body.link.mid)
    comment = caller.world.comments.put(
        Comment(
            network=NETWORK,
            community_id=post.owner_id,
            post_number=post.number,
            number=caller.world.next_number(f"max:comment:{post.owner_id}"),
            person_id=None,
            text=body.text,
            at=caller.world.now(),
            reply_to=None if answered is None else answered.number,
        )
    )
    return {"message": comment_object(caller.world, comment)}


def edit(message_id: str, caller: Caller, query: CommentQuery, body: NewComment) -> JsonValue:
    comment = _comment(caller, _post(caller, message_id), query.comment_id)
    if comment.person_id is not None:
        raise denied("Only own comments can be edited")
    caller.world.comments.put(comment.model_copy(update={"text": body.text, "edited_at": caller.world.now()}))
    return SUCCESS


def delete(message_id: str, caller: Caller, query: CommentQuery, _: Nothing) -> JsonValue:
    comment = _comment(caller, _post(caller, message_id), query.comment_id)
    caller.world.comments.put(comment.model_copy(update={"deleted": True}))
    return SUCCESS


def _post(caller: Caller, message_id: str) -> Message:
    post = own_message(caller, message_id)
    if post.kind is not MessageKind.POST:
        raise denied("Comments are not available for dialogs")
    return post


def _comment(caller: Caller, post: Message, comment_id: str) -> Comment:
    found = next((c for c in caller.world.comments_of(post) if comment_key(c) == comment_id), None)
    if found is None:
        raise not_found("Comment not found")
    return found
