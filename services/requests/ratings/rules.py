"""Who may rate: the requester, once for each resolution, from the same chat or by a signed link."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.requests.desk.rules.life import Life, is_ratable
from shared.errors import Conflict

THANKS = "Спасибо за оценку!"

COMMENT_LIMIT = 2000
TOKEN_LENGTH = 43
LINK_PURPOSE = "rating link"  # of the key that signs links


class RatedBy(StrEnum):
    BUTTON = "button"
    LINK = "link"


class AlreadyRated(Conflict):
    code = "request.already_rated"
    title = {"ru": "Это решение уже оценено", "en": "This resolution has already been rated"}


class NotRatable(Conflict):
    code = "request.not_ratable"
    title = {"ru": "Обращение ещё не решено или открыто снова", "en": "The request is not resolved, or was reopened"}


@dataclass(frozen=True)
class RatingLink:
    """What a link lets its holder rate: one resolution of one request."""

    tenant_id: UUID
    request_id: UUID
    resolution: int


def token_of(link: RatingLink, key: bytes) -> str:
    """The link's signature, 43 characters of base64url."""
    message = link.tenant_id.bytes + link.request_id.bytes + link.resolution.to_bytes(8, "big")
    return urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()


def is_token_of(token: str, link: RatingLink, key: bytes) -> bool:
    return hmac.compare_digest(token.encode(), token_of(link, key).encode())


def check_ratable(life: Life, resolution: int, *, rated: bool) -> None:
    """Raises AlreadyRated; NotRatable when that resolution no longer holds."""
    if rated:
        raise AlreadyRated
    if not is_ratable(life) or life.resolutions != resolution:
        raise NotRatable
