"""What is carried from one channel into another."""

from pydantic import JsonValue

from deploy.sandbox.markup import FormattedText
from deploy.sandbox.networks.telegram.chats import Caller, find_chat, may_write_posts
from deploy.sandbox.networks.telegram.errors import bad_request
from deploy.sandbox.networks.telegram.models import ForwardMessage
from deploy.sandbox.networks.telegram.sending import keep
from deploy.sandbox.networks.telegram.views import NETWORK, message_object, post_url
from deploy.sandbox.records import PostFormat


def forward_message(caller: Caller, body: ForwardMessage) -> JsonValue:
    target, world = may_write_posts(caller, body.chat_id), caller.sandbox.world
    if target.community is None:
        raise bad_request("forwarding is modelled for channels alone by the stand-in")
    source = find_chat(caller, body.from_chat_id)
    post = world.messages.get(NETWORK, source.kind, source.owner_id, body.message_id)
    if source.community is None or source.is_discussion or post is None or post.deleted:
        raise bad_request("message to forward not found")
    kept = keep(caller, target, FormattedText("", ()), (), None, None)
    change = {
        "format": PostFormat.REPOST,
        "source_url": post_url(source.community, post.number),
        "source_text": post.text or post.source_text,
        "pictures": post.pictures,
    }
    return message_object(world, world.keep_message(kept.model_copy(update=change)))
