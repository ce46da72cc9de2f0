"""A community's wall: photos uploaded for it, posts put on it and read back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import Image, Post
from services.publisher.networks.outcomes import Rejected, Retry, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused
from services.publisher.networks.vk.calls import Parameter, VkApi, group_of, token_of

CLOCKS_APART = timedelta(minutes=2)  # between VK's clock and ours
CAPTION_LIMIT = 2048  # characters of a photo's description
LOOK_AT = 100  # the latest posts, at most what one call gives


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _UploadServer(_Wire):
    upload_url: str


class _Uploaded(_Wire):
    server: int
    photo: str
    hash: str


class _Photo(_Wire):
    id: int
    owner_id: int
    access_key: str | None = None

    def attachment(self) -> str:
        key = "" if self.access_key is None else f"_{self.access_key}"
        return f"photo{self.owner_id}_{self.id}{key}"


class _Posted(_Wire):
    post_id: int


class _Attachment(_Wire):
    type: str


class _WallPost(_Wire):
    id: int
    date: int
    text: str = ""
    attachments: tuple[_Attachment, ...] = ()

    @property
    def photos(self) -> int:
        return sum(attachment.type == "photo" for attachment in self.attachments)


class _Wall(_Wire):
    items: tuple[_WallPost, ...]


class Wall:
    def __init__(self, api: VkApi) -> None:
        self._api = api

    async def put(self, account: Account, post: Post, budget: Budget) -> Sent:
        """Upload the images by the user's token, then post. Raises Refused."""
        token = token_of(account, "community_token")
        attachments: list[str] = []
        if post.images:
            if "user_token" not in account.secrets:
                raise Refused(Rejected(reason("user_token_needed")))
            token = token_of(account, "user_token")
            async with budget.preparation():
                attachments = await self._upload(account, token, post.images)
        parameters: dict[str, Parameter] = {
            "owner_id": -group_of(account),
            "from_group": True,
            "guid": str(post.delivery_id),
        }
        if post.text:
            parameters["message"] = post.text
        if attachments:
            parameters["attachments"] = attachments
        async with budget.effect():
            posted = await self._api.call(token, "wall.post", _Posted, parameters, effect=Effect.KEYED)
        return self._sent(account, posted.post_id)

    async def _upload(self, account: Account, token: str, images: Sequence[Image]) -> list[str]:
        """Photos saved for the community's wall, each with its alt text as the caption."""
        group = {"group_id": group_of(account)}
        server = await self._api.call(token, "photos.getWallUploadServer", _UploadServer, group)
        return [await self._save(token, group, server.upload_url, image) for image in images]

    async def _save(self, token: str, group: Mapping[str, Parameter], upload_url: str, image: Image) -> str:
        extension = "png" if image.content_type == "image/png" else "jpg"
        file = ("photo", (f"image.{extension}", image.content, image.content_type))
        uploaded = await self._api.upload(upload_url, file, _Uploaded)
        if uploaded.photo in ("", "[]"):  # VK's way to say that it could not read the image
            raise Refused(Rejected(reason("image_refused")))
        parameters: dict[str, Parameter] = {
            **group,
            "server": uploaded.server,
            "photo": uploaded.photo,
            "hash": uploaded.hash,
            "caption": image.alt_text[:CAPTION_LIMIT],
        }
        saved = await self._api.call(token, "photos.saveWallPhoto", tuple[_Photo, ...], parameters)
        if not saved:
            raise Refused(Retry(reason("preparation_lost", "no photo saved")))
        return saved[0].attachment()

    async def find(self, account: Account, post: Post, since: datetime, others: Collection[str]) -> Sent | None:
        """The earliest post since then with this text and as many photos. Raises Refused."""
        name = "user_token" if "user_token" in account.secrets else "community_token"
        parameters = {"domain": f"club{group_of(account)}", "count": LOOK_AT, "filter": "owner"}
        wall = await self._api.call(token_of(account, name), "wall.get", _Wall, parameters)
        matches = [
            item
            for item in wall.items
            if datetime.fromtimestamp(item.date, UTC) >= since - CLOCKS_APART
            and item.text.split() == post.text.split()
            and item.photos == len(post.images)
            and str(item.id) not in others
        ]
        earliest = min(matches, key=lambda item: item.date, default=None)
        return None if earliest is None else self._sent(account, earliest.id)

    @staticmethod
    def _sent(account: Account, post_id: int) -> Sent:
        return Sent(str(post_id), f"https://vk.com/wall-{account.target}_{post_id}")
