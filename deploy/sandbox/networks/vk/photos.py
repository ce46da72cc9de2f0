"""`photos.*`: the three steps by which an image comes to a wall."""

import json

from pydantic import JsonValue

from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import HASH, UPLOAD, VkError
from deploy.sandbox.networks.vk.models import GetWallUploadServer, SaveWallPhoto
from deploy.sandbox.networks.vk.views import NETWORK, WALL_ALBUM, photo
from deploy.sandbox.pictures import NotAnImage, image_facts, keep_picture
from deploy.sandbox.wire import JsonObject, Reply
from deploy.sandbox.world import World

PHOTO_BYTES = 50 * 1024 * 1024
PHOTO_EDGES = 14_000  # width and height together
PHOTO_RATIO = 20


def get_wall_upload_server(caller: Caller, body: GetWallUploadServer) -> JsonValue:
    person = caller.person()
    community = caller.managed(body.group_id)
    return {
        "album_id": WALL_ALBUM,
        "upload_url": f"{caller.world.address}/vk/upload/{community.id}",
        "user_id": person.id,
    }


def upload(world: World, group_id: int, content: bytes | None) -> Reply:
    """The upload server: it does not say what is wrong, the photo is just missing."""
    body: JsonObject = {"server": 900_000 + group_id % 1_000, "photo": "[]", "hash": "0" * 32}
    if content is None or len(content) > PHOTO_BYTES:
        return Reply(body)
    try:
        facts = image_facts(content)
    except NotAnImage:
        return Reply(body)
    edges = sorted((facts.width, facts.height))
    if sum(edges) > PHOTO_EDGES or edges[1] > PHOTO_RATIO * edges[0]:
        return Reply(body)
    picture = keep_picture(world, NETWORK, content, owner_id=-group_id, saved=False)
    body["photo"] = json.dumps([{"markers_restarted": True, "photo": f"{picture.id}:x"}])
    body["hash"] = picture.secret[:32]
    return Reply(body)


def save_wall_photo(caller: Caller, body: SaveWallPhoto) -> JsonValue:
    caller.person()
    community = caller.managed(body.group_id)
    uploaded = [p for p in caller.world.pictures if p.network == NETWORK and not p.saved]
    picture = next((p for p in uploaded if f'"{p.id}:x"' in body.photo), None)
    if picture is None:
        raise VkError(UPLOAD)
    if picture.secret[:32] != body.hash or picture.owner_id != -community.id:
        raise VkError(HASH)
    saved = caller.world.pictures.put(picture.model_copy(update={"saved": True, "caption": body.caption}))
    return [photo(caller.world, saved)]
