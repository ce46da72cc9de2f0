"""What VK tells a community's Callback servers."""

from deploy.sandbox.events import (
    Commented,
    Event,
    Joined,
    Left,
    Posted,
    Pressed,
    Reposted,
    Started,
    Update,
    Written,
)
from deploy.sandbox.networks.vk.views import (
    client_info,
    direct_message,
    wall_comment,
    wall_post,
    wall_repost,
)
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
        case Posted(post=post):
            update = Update(post.owner_id, "wall_post_new", "wall", wall_post(world, post))
        case Commented(comment=comment):
            update = Update(comment.community_id, "wall_reply_new", "wall", wall_comment(comment))
        case Reposted(repost=repost, post=post):
            update = Update(repost.community_id, "wall_repost", "wall", wall_repost(world, repost, post))
        case Joined(community=community, person=person):
            update = Update(community.id, "group_join", "members", {"user_id": person.id, "join_type": "join"})
        case Left(community=community, person=person):
            update = Update(community.id, "group_leave", "members", {"user_id": person.id, "self": 1})
        case _:
            return []
    return [update]
