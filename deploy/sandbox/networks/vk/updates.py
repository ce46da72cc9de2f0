"""What VK tells a community's Callback servers."""

from deploy.sandbox.answers import Poll
from deploy.sandbox.events import (
    Commented,
    CommentEdited,
    CommentRemoved,
    Event,
    Joined,
    Left,
    Posted,
    Pressed,
    Reacted,
    Reposted,
    Started,
    Update,
    Voted,
    Written,
)
from deploy.sandbox.networks.vk.views import (
    client_info,
    direct_message,
    wall_comment,
    wall_post,
    wall_repost,
)
from deploy.sandbox.records import Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Written(message=message):
            body: JsonObject = {"message": direct_message(message), "client_info": client_info()}
            update = Update(message.owner_id, "message_new", f"dialog {message.chat_id}", body)
        case Started(dialog=dialog, person=person):
            allowed: JsonObject = {"user_id": person.id, "key": event.payload or ""}
            update = Update(dialog.owner_id, "message_allow", f"dialog {dialog.chat_id}", allowed)
        case Pressed(press=press, message=message):
            pressed: JsonObject = {
                "user_id": press.person_id,
                "peer_id": message.chat_id,
                "event_id": press.id,
                "payload": press.data,
                "conversation_message_id": message.number,
            }
            update = Update(message.owner_id, "message_event", f"dialog {message.chat_id}", pressed)
        case Joined(community=community, person=person):
            update = Update(community.id, "group_join", "members", {"user_id": person.id, "join_type": "join"})
        case Left(community=community, person=person):
            update = Update(community.id, "group_leave", "members", {"user_id": person.id, "self": 1})
        case _:
            return _on_the_wall(world, event)
    return [update]


def _on_the_wall(world: World, event: Event) -> list[Update]:
    """Of votes that are taken back, and of who names the community elsewhere, VK tells nothing."""
    match event:
        case Posted(post=post):
            update = Update(post.owner_id, "wall_post_new", "wall", wall_post(world, post))
        case Commented(comment=comment):
            update = Update(comment.community_id, "wall_reply_new", "wall", wall_comment(comment))
        case Reposted(repost=repost, post=post):
            update = Update(repost.community_id, "wall_repost", "wall", wall_repost(world, repost, post))
        case CommentEdited(comment=comment):
            update = Update(comment.community_id, "wall_reply_edit", "wall", wall_comment(comment))
        case CommentRemoved(comment=comment, person=person):
            removed: JsonObject = {
                "owner_id": -comment.community_id,
                "id": comment.number,
                "user_id": person.id,
                "post_id": comment.post_number,
            }
            update = Update(comment.community_id, "wall_reply_delete", "wall", removed)
        case Reacted(reaction=reaction, post=post, removed=removed_again):
            like: JsonObject = {
                "liker_id": reaction.person_id,
                "object_type": "post",
                "object_owner_id": -post.owner_id,
                "object_id": post.number,
                "post_id": post.number,
            }
            update = Update(post.owner_id, "like_remove" if removed_again else "like_add", "wall", like)
        case Voted(poll=poll, person=person, options=options) if options:
            return [Update(poll.owner_id, "poll_vote_new", "wall", _vote(poll, person, option)) for option in options]
        case _:
            return []
    return [update]


def _vote(poll: Poll, person: Person, option: int) -> JsonObject:
    return {
        "owner_id": -poll.owner_id,
        "poll_id": int(poll.id),
        "option_id": int(poll.id) * 100 + option,
        "user_id": person.id,
    }
