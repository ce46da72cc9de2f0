"""`wall.createComment`: the community answers below its posts, once per guid."""

from pydantic import JsonValue

from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import PARAMETER, WALL_ADD_REPLY, VkError
from deploy.sandbox.networks.vk.models import WallCreateComment
from deploy.sandbox.networks.vk.views import NETWORK
from deploy.sandbox.records import Comment, MessageKind


def create(caller: Caller, body: WallCreateComment) -> JsonValue:
    community = caller.managed(body.from_group, WALL_ADD_REPLY)
    world = caller.world
    if body.owner_id != -community.id:
        raise VkError(PARAMETER, "the stand-in has answers below own posts alone")
    post = world.messages.get(NETWORK, MessageKind.POST, community.id, body.post_id)
    if post is None or post.deleted:
        raise VkError(WALL_ADD_REPLY)
    answered = world.comments.get(NETWORK, community.id, body.reply_to_comment)
    if body.reply_to_comment is not None and (answered is None or answered.deleted):
        raise VkError(PARAMETER, "reply_to_comment is invalid")
    known = next((c for c in world.comments_of(post) if body.guid and c.repeat_key == body.guid), None)
    made = known or world.comments.put(
        Comment(
            network=NETWORK,
            community_id=community.id,
            post_number=post.number,
            number=world.next_number(f"{NETWORK}:comment:{community.id}"),
            person_id=None,
            text=body.message,
            at=world.now(),
            reply_to=body.reply_to_comment,
            repeat_key=body.guid,
        )
    )
    return {"comment_id": made.number, "parents_stack": []}
