"""What a publication consists of beside its text: a poll, what one network shows instead, and whom it is for."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from services.publisher.networks.contents import Poll
from shared.app import ApiModel
from shared.errors import BrokenRule
from shared.permissions import Role

TEXT_LIMIT = 16_000  # the longest that any network takes; each has its own limit
MAX_IMAGES = 10
MAX_OPTIONS = 12  # the most that any network takes
MAX_AUDIENCES = 20


def _names_its_host(url: str) -> str:
    """`https://pravo.gov.ru@elsewhere.test` leads elsewhere."""
    if re.fullmatch(_HTTPS, url) is None:
        raise _BAD_URL
    try:
        parts = urlsplit(url)
    except ValueError as error:  # "https://["
        raise _BAD_URL from error
    if parts.username is not None or not parts.hostname or "." not in parts.hostname:
        raise _BAD_URL
    return url


_BAD_URL = BrokenRule(
    "publication.address",
    {
        "ru": "Нужен адрес страницы вида https://example.org/page",
        "en": "An address of a page is needed, like https://example.org/page",
    },
)
_HTTPS = r"https://[^\s\"<>\\]+"
HttpsUrl = Annotated[
    str,
    Field(max_length=500, json_schema_extra={"pattern": f"^{_HTTPS}$"}),
    AfterValidator(_names_its_host),
]
Body = Annotated[str, Field(max_length=TEXT_LIMIT, description="plain text, as the public will read it")]
MediaIds = Annotated[list[UUID], Field(max_length=MAX_IMAGES, description="images in their order, from `/v1/media`")]
Option = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _all_different(options: list[str]) -> list[str]:
    if len(set(options)) != len(options):
        raise BrokenRule(
            "publication.same_options",
            {"ru": "Варианты ответа не должны повторяться", "en": "No two options may be the same"},
        )
    return options


class PollBody(ApiModel):
    """A native poll: each network has limits of its own, the preview shows them."""

    question: str = Field(min_length=1, max_length=500, description="what is asked")
    options: Annotated[list[Option], AfterValidator(_all_different)] = Field(
        min_length=1, max_length=MAX_OPTIONS, description="what can be answered"
    )
    is_anonymous: bool = Field(default=True, description="whether nobody sees who chose what")
    is_multiple: bool = Field(default=False, description="whether several options may be chosen")
    closes_at: AwareDatetime | None = Field(default=None, description="when it ends; null when it does not")

    def poll(self) -> Poll:
        return Poll(self.question, tuple(self.options), self.is_anonymous, self.is_multiple, self.closes_at)


class VariantBody(ApiModel):
    """What one network shows instead; what is null is the publication's own."""

    text: Annotated[str | None, Field(max_length=TEXT_LIMIT, description="other words")] = None
    media_ids: Annotated[
        list[UUID] | None, Field(max_length=MAX_IMAGES, description="other images; an empty list: none")
    ] = None


class AudienceKind(StrEnum):
    """Whom it is for.

    `media`: editorial offices and journalists; `authority`: authorities; `enterprise_head`: those who run
    enterprises; `member`: the union's members; `prospective`: people thinking of joining; `role`: those who hold
    `role` in the organization or below it.
    """

    MEDIA = "media"
    AUTHORITY = "authority"
    ENTERPRISE_HEAD = "enterprise_head"
    MEMBER = "member"
    PROSPECTIVE = "prospective"
    ROLE = "role"


class AudienceBody(ApiModel):
    kind: AudienceKind = Field(description="whom it is for")
    role: Role | None = Field(default=None, description="which role, for `role` and for no other")
    organization_id: UUID | None = Field(
        default=None, description="only in this organization's subtree; by default in that of whoever publishes"
    )

    @model_validator(mode="after")
    def names_a_role(self) -> Self:
        if (self.kind is AudienceKind.ROLE) != (self.role is not None):
            raise BrokenRule(
                "publication.role_of_audience",
                {"ru": "Роль называют для вида role, и только для него", "en": "A role belongs to the kind role alone"},
                field="role",
            )
        return self


class LawChangeFields(ApiModel):
    """What a `law_change` says of the law; all four before it is submitted or published."""

    act: str | None = Field(default=None, max_length=500, description="which act changes, with its date and number")
    in_force_on: date | None = Field(default=None, description="since when it holds")
    summary: str | None = Field(default=None, max_length=4000, description="what it means for people, in plain words")
    source_url: HttpsUrl | None = Field(default=None, description="where the act itself is to be read")


class FormatFields(ApiModel):
    """What belongs to one format alone."""

    poll: PollBody | None = Field(default=None, description="for the format `poll`")
    repost_of: HttpsUrl | None = Field(default=None, description="for the format `repost`: the post's address")
