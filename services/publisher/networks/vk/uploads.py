"""Images on their way to VK: each is uploaded to a server that VK names, then saved."""

from collections.abc import Sequence

from services.publisher.networks.contents import Image
from services.publisher.networks.outcomes import Rejected, Retry
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import FormFile, Refused
from services.publisher.networks.vk.calls import Parameter, VkApi
from services.publisher.networks.vk.wire import Saved, UploadServer, Wire

CAPTION_LIMIT = 2048  # characters of a photo's description


class _Uploaded(Wire):
    server: int
    photo: str
    hash: str


async def upload_photos(api: VkApi, token: str, group_id: int, images: Sequence[Image]) -> list[str]:
    """Photos saved for the community's wall, each with its alt text as the caption. Raises Refused."""
    group: dict[str, Parameter] = {"group_id": group_id}
    server = await api.call(token, "photos.getWallUploadServer", UploadServer, group)
    return [await _save(api, token, group, server.upload_url, image) for image in images]


async def _save(api: VkApi, token: str, group: dict[str, Parameter], upload_url: str, image: Image) -> str:
    uploaded = await api.upload(upload_url, file_of("photo", image), _Uploaded)
    if uploaded.photo in ("", "[]"):  # VK's way to say that it could not read the image
        raise Refused(Rejected(reason("image_refused")))
    parameters: dict[str, Parameter] = {
        **group,
        "server": uploaded.server,
        "photo": uploaded.photo,
        "hash": uploaded.hash,
        "caption": image.alt_text[:CAPTION_LIMIT],
    }
    saved = await api.call(token, "photos.saveWallPhoto", tuple[Saved, ...], parameters)
    if not saved:
        raise Refused(Retry(reason("preparation_lost", "no photo saved")))
    return saved[0].attachment("photo")


def file_of(field: str, image: Image) -> FormFile:
    extension = "png" if image.content_type == "image/png" else "jpg"
    return field, (f"image.{extension}", image.content, image.content_type)
