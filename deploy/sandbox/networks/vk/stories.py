"""`stories.*`: an image for 24 hours, of communities that VK has found worth it."""

import json
from datetime import timedelta

from pydantic import JsonValue

from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import ACCESS, PARAMETER, VkError
from deploy.sandbox.networks.vk.models import StoriesDelete, StoriesGetPhotoUploadServer, StoriesSave
from deploy.sandbox.networks.vk.views import NETWORK, story
from deploy.sandbox.pictures import NotAnImage, keep_picture
from deploy.sandbox.records import Message, MessageKind, Picture, PostFormat
from deploy.sandbox.wire import JsonObject, Reply
from deploy.sandbox.world import World

VISIBLE = timedelta(hours=24)
STORY_BYTES = 10 * 1024 * 1024


def get_photo_upload_server(caller: Caller, body: StoriesGetPhotoUploadServer) -> JsonValue:
    community = caller.managed(body.group_id)
    if not community.has_stories:
        raise VkError(ACCESS, "stories are not available for this group")
    return {"upload_url": f"{caller.world.address}/vk/upload_story/{community.id}", "user_ids": []}


def upload(world: World, group_id: int, content: bytes | None) -> Reply:
    if content is None or len(content) > STORY_BYTES:
        return Reply({"error": {"error_code": 2, "type": "ERR_UPLOAD_BAD_IMAGE"}})
    try:
        picture = keep_picture(world, NETWORK, content, owner_id=-group_id, saved=False)
    except NotAnImage:
        return Reply({"error": {"error_code": 2, "type": "ERR_UPLOAD_BAD_IMAGE"}})
    uploaded: JsonObject = {"upload_result": _result_of(picture)}
    return Reply({"response": uploaded, "_sig": picture.secret[:32]})


def save(caller: Caller, body: StoriesSave) -> JsonValue:
    world = caller.world
    found = [p for p in world.pictures if p.network == NETWORK and not p.saved and _result_of(p) in body.upload_results]
    if len(found) != len(body.upload_results) or not found:
        raise VkError(PARAMETER, "upload_results is invalid")
    items: list[JsonValue] = []
    for picture in found:
        community = caller.managed(-picture.owner_id)
        world.pictures.put(picture.model_copy(update={"saved": True}))
        number = world.next_number(f"vk:story:{community.id}", first=456_239_001)
        told = world.keep_message(
            Message(
                network=NETWORK,
                kind=MessageKind.POST,
                owner_id=community.id,
                chat_id=-community.id,
                number=number,
                key=f"story{number}",
                author_id=None,
                outgoing=True,
                text="",
                pictures=(picture.id,),
                format=PostFormat.STORY,
                at=world.now(),
                visible_until=world.now() + VISIBLE,
            )
        )
        items.append(story(world, told))
    return {"count": len(items), "items": items}


def delete(caller: Caller, body: StoriesDelete) -> JsonValue:
    community = caller.managed(-body.owner_id)
    told = caller.world.messages.get(NETWORK, MessageKind.POST, community.id, f"story{body.story_id}")
    if told is None:
        raise VkError(ACCESS)
    caller.world.keep_message(told.model_copy(update={"deleted": True}))
    return 1


def _result_of(picture: Picture) -> str:
    """One word: lists go to VK with commas between their parts."""
    return json.dumps(f"{picture.id}.{picture.secret[:24]}").strip('"')
