"""What kinds of answers there are, who gives them, and how soon they came."""

from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict


class AnswerKind(StrEnum):
    """Two kinds of answers under a post."""

    COMMENT = "comment"
    REPOST = "repost"


class AlreadyKnown(Conflict):
    code = "mention.already_known"
    title = {"ru": "Упоминание по этому адресу уже есть", "en": "The mention at this address is already known"}


def seconds_after(published_at: datetime | None, at: datetime) -> int | None:
    """How soon an answer came; None for a post that was put out elsewhere. The network's clock may be behind ours."""
    return None if published_at is None else max(0, round((at - published_at).total_seconds()))


def is_own(network_id: str, own_ids: frozenset[str]) -> bool:
    """Whether it is one of the union's own accounts that speaks. Networks write a community's id with a minus, too."""
    return network_id.lstrip("-").lower() in own_ids
