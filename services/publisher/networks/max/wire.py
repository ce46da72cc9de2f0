"""MAX's own objects, as far as we read them."""

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import Sent


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Bot(Wire):
    user_id: int
    username: str | None = None


class Chat(Wire):
    chat_id: int
    status: str
    title: str | None = None
    link: str | None = None
    participants_count: int | None = None


class Membership(Wire):
    is_owner: bool = False
    is_admin: bool = False
    permissions: tuple[str, ...] | None = None

    def may(self, *permissions: str) -> bool:
        return self.is_owner or (self.is_admin and set(permissions) <= set(self.permissions or ()))


class UploadAddress(Wire):
    url: str


class PhotoToken(Wire):
    token: str


class Uploaded(Wire):
    photos: dict[str, PhotoToken]


class _Attachment(Wire):
    type: str


class _Body(Wire):
    mid: str
    text: str | None = None
    attachments: tuple[_Attachment, ...] | None = None

    @property
    def images(self) -> int:
        return sum(attachment.type == "image" for attachment in self.attachments or ())


class _Statistics(Wire):
    views: int


class Message(Wire):
    timestamp: int
    body: _Body
    url: str | None = None
    stat: _Statistics | None = None

    def sent(self) -> Sent:
        shown = self.url if self.url is not None and self.url.startswith(("https://", "http://")) else None
        return Sent(self.body.mid, shown)


class SentMessage(Wire):
    message: Message


class Messages(Wire):
    messages: tuple[Message, ...]


class Success(Wire):
    success: bool
    message: str = ""


class Anything(Wire):
    """An object of which nothing is wanted."""
