"""What Telegram answers, as far as we read it."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Bot(Wire):
    id: int
    username: str | None = None


class Chat(Wire):
    id: int
    type: str = ""
    title: str | None = None
    username: str | None = None
    linked_chat_id: int | None = None  # a channel's discussion group


class Member(Wire):
    status: str
    can_post_messages: bool = False  # these stand only for administrators of channels
    can_edit_messages: bool = False
    can_delete_messages: bool = False


class Poll(Wire):
    id: str


class Message(Wire):
    message_id: int
    chat: Chat
    poll: Poll | None = None


class InviteLink(Wire):
    invite_link: str
