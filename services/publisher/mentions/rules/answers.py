"""What kinds of answers there are."""

from enum import StrEnum

from shared.errors import Conflict


class AnswerKind(StrEnum):
    """Two kinds of answers to a post.

    `comment`: words under it; `repost`: it was carried further.
    """

    COMMENT = "comment"
    REPOST = "repost"


class AlreadyKnown(Conflict):
    code = "mention.already_known"
    title = {"ru": "Упоминание по этому адресу уже есть", "en": "The mention at this address is already known"}
