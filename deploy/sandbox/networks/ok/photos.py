"""`photosV2.*`: the address to which images go, and the tokens that they get there."""

from collections.abc import Mapping

from pydantic import JsonValue

from deploy.sandbox.networks.ok.caller import NETWORK, Caller
from deploy.sandbox.networks.ok.errors import PHOTO_INVALID_FORMAT, PHOTO_NO_IMAGE, OkError, error_reply
from deploy.sandbox.networks.ok.models import UploadUrl
from deploy.sandbox.pictures import NotAnImage, image_facts, keep_picture
from deploy.sandbox.wire import JsonObject, Reply
from deploy.sandbox.world import World

HOURS_24 = 24 * 3600 * 1000


def get_upload_url(caller: Caller, body: UploadUrl) -> JsonValue:
    group = caller.administered(body.gid)
    ticket = caller.world.next_number("ok:upload", first=900_000_001)
    expires = int(caller.world.now().timestamp() * 1000) + HOURS_24
    ids: list[JsonValue] = [*_ids(ticket, body.count)]
    return {
        "photo_ids": ids,
        "upload_url": f"{caller.world.address}/ok/upload/{group.id}/{ticket}",
        "expires_ms": expires,
        "ttl_ms": HOURS_24,
    }


def upload(world: World, gid: int, ticket: int, files: Mapping[str, bytes]) -> Reply:
    """The images are the fields pic1, pic2, ... in the order of the ids. All are taken or none."""
    contents = [files[f"pic{number}"] for number in range(1, len(files) + 1) if f"pic{number}" in files]
    if not contents or len(contents) != len(files):
        return _refused(PHOTO_NO_IMAGE)
    try:
        for content in contents:
            image_facts(content)
    except NotAnImage:
        return _refused(PHOTO_INVALID_FORMAT)
    photos: JsonObject = {}
    for photo_id, content in zip(_ids(ticket, len(contents)), contents, strict=True):
        photos[photo_id] = {"token": keep_picture(world, NETWORK, content, owner_id=gid).secret}
    return Reply({"photos": photos})


def _ids(ticket: int, count: int) -> list[str]:
    return [f"{ticket}+{number}==" for number in range(1, count + 1)]


def _refused(code: int) -> Reply:
    return error_reply(code, str(OkError(code)))
