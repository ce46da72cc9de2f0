"""What Instagram tells an app's hook: comments on posts, and that somebody named an account."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from services.publisher.networks.inbound import (
    CommentReceived,
    HookAnswer,
    MalformedUpdate,
    MentionNoticed,
    Sender,
    UnixMilliseconds,
    Update,
)

FIELDS = "comments,mentions"
SIGNATURE = "x-hub-signature-256"
_FROM_HERE_MILLISECONDS = 100_000_000_000  # as seconds this were the year 5138


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _From(_Wire):
    id: str
    username: str | None = None


class _Media(_Wire):
    id: str


class _Comment(_Wire):
    id: str
    text: str = ""
    author: _From = Field(alias="from")
    media: _Media
    parent_id: str | None = None


class _Mention(_Wire):
    media_id: str
    comment_id: str | None = None


class _Change(_Wire):
    field: str
    value: dict[str, JsonValue]


class _Entry(_Wire):
    id: str
    time: UnixMilliseconds  # or seconds
    changes: tuple[_Change, ...] = ()

    @property
    def at(self) -> datetime:
        seconds = self.time / 1000 if self.time >= _FROM_HERE_MILLISECONDS else self.time
        return datetime.fromtimestamp(seconds, UTC)


class _Notice(_Wire):
    object: str
    entry: tuple[_Entry, ...]


def updates_in(body: bytes) -> list[Update]:
    """Raises MalformedUpdate. What the accounts said themselves is left out."""
    try:
        notice = _Notice.model_validate_json(body)
        if notice.object != "instagram":
            return []
        return [update for entry in notice.entry for update in _of_entry(entry)]
    except ValidationError as error:
        raise MalformedUpdate from error


def is_signed(headers: Mapping[str, str], body: bytes, app_secret: str) -> bool:
    """Whether Instagram sent this for the app. Compared in constant time."""
    expected = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get(SIGNATURE, "")
    return bool(app_secret) and given.isascii() and hmac.compare_digest(given, expected)


def confirmation(query: Mapping[str, str], secret: str) -> HookAnswer | None:
    """What is answered to Instagram's question whether a hook is wanted; None where it does not know our secret."""
    token = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not token.isascii() or not hmac.compare_digest(token, secret):
        return None
    return HookAnswer(query.get("hub.challenge", "").encode())


def _of_entry(entry: _Entry) -> Iterator[Update]:
    for change in entry.changes:
        if change.field == "comments":
            comment = _Comment.model_validate(change.value)
            if comment.author.id != entry.id:
                yield _received(comment, entry)
        elif change.field == "mentions":
            mention = _Mention.model_validate(change.value)
            key = f"mention:{mention.comment_id or mention.media_id}"
            yield MentionNoticed(key, mention.media_id, mention.comment_id, entry.at, (entry.id,))


def _received(comment: _Comment, entry: _Entry) -> CommentReceived:
    return CommentReceived(
        f"comment:{comment.id}",
        Sender(comment.author.id, comment.author.username),
        comment.media.id,
        comment.id,
        comment.text,
        entry.at,
        reply_to=comment.parent_id,
        places=(entry.id,),
    )
