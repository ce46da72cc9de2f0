"""What VK answers, as far as we read it."""

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class UploadServer(Wire):
    upload_url: str


class Posted(Wire):
    post_id: int


class Saved(Wire):
    """A photo, a poll: something that can be attached."""

    id: int
    owner_id: int
    access_key: str | None = None

    def attachment(self, kind: str) -> str:
        key = "" if self.access_key is None else f"_{self.access_key}"
        return f"{kind}{self.owner_id}_{self.id}{key}"


class Attachment(Wire):
    type: str
    photo: Saved | None = None
    poll: Saved | None = None

    def written(self) -> str | None:
        """As it is attached again; None for what VK adds by itself."""
        for kind, value in (("photo", self.photo), ("poll", self.poll)):
            if self.type == kind and value is not None:
                return value.attachment(kind)
        return None


class Count(Wire):
    count: int | None = None


class Copied(Wire):
    id: int = 0
    owner_id: int = 0


class WallPost(Wire):
    id: int
    date: int
    text: str = ""
    is_deleted: bool = False
    attachments: tuple[Attachment, ...] = ()
    copy_history: tuple[Copied, ...] = ()
    views: Count = Count()
    likes: Count = Count()
    comments: Count = Count()
    reposts: Count = Count()

    @property
    def photos(self) -> int:
        return sum(attachment.type == "photo" for attachment in self.attachments)

    @property
    def poll(self) -> Saved | None:
        return next((attachment.poll for attachment in self.attachments if attachment.poll is not None), None)


class WallPosts(Wire):
    items: tuple[WallPost, ...] = ()


class Created(Wire):
    comment_id: int


class PollAnswer(Wire):
    votes: int = Field(ge=0)


class PollResults(Wire):
    answers: tuple[PollAnswer, ...]
    votes: int = Field(ge=0)
    multiple: bool = False


class Reach(Wire):
    reach_total: int | None = None


class Members(Wire):
    count: int


class Story(Wire):
    id: int
    owner_id: int


class Stories(Wire):
    items: tuple[Story, ...] = ()
