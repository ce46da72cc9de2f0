"""Who may rate: the requester, once for each resolution, from the same chat or by a signed link."""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.requests.desk.rules.life import Life, is_ratable
from shared.errors import Conflict

THANKS = "Спасибо за оценку!"

COMMENT_LIMIT = 2000
TOKEN_LIMIT = 53  # nine digits, a dot, 32 bytes in base64url
LINK_PURPOSE = "rating link"  # of the key that signs links


_TOKEN = re.compile(r"([1-9][0-9]{0,8})\.[A-Za-z0-9_-]{43}", re.ASCII)


class RatedBy(StrEnum):
    """How a rating was given.

    `button`: in the chat; `link`: by the link that staff handed over.
    """

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
    """`<resolution>.<signature>`; the tenant and the request stand in the link's address."""
    message = link.tenant_id.bytes + link.request_id.bytes + link.resolution.to_bytes(8, "big")
    signature = urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()
    return f"{link.resolution}.{signature}"


def link_of(token: str, tenant_id: UUID, request_id: UUID, key: bytes) -> RatingLink | None:
    """What `token` opens at that address; None when it was not signed for it."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    link = RatingLink(tenant_id, request_id, int(found[1]))
    return link if hmac.compare_digest(token.encode(), token_of(link, key).encode()) else None


def refusal(life: Life, resolution: int, *, rated: bool) -> type[Conflict] | None:
    """Why that resolution cannot be rated now; None when it can."""
    if rated:
        return AlreadyRated
    if not is_ratable(life) or life.resolutions != resolution:
        return NotRatable
    return None
