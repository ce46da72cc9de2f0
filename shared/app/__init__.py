"""The web side of every service: routes that are units of work, callers, problems, pages."""

from shared.app.access import allowed, anyone, caller, member, operator, signed_in
from shared.app.deprecation import deprecated
from shared.app.factory import create_service
from shared.app.idempotency import IdempotencyShownOnce
from shared.app.moments import LocalTime, Moment, WallTime
from shared.app.outside import Outside, anyone_outside, outside, person_outside
from shared.app.problems import problems
from shared.app.public_id import PublicId, PublicIdPath, id_within, parse_public_id, public_id, public_id_path
from shared.app.schemas import (
    ApiModel,
    IfMatch,
    Page,
    PageQuery,
    Paging,
    after_id,
    check_match,
    created,
    etag,
    example,
    paginate,
)
from shared.app.strict import strict_json
from shared.app.unit import ApiRouter

__all__ = [
    "ApiModel",
    "ApiRouter",
    "IdempotencyShownOnce",
    "IfMatch",
    "LocalTime",
    "Moment",
    "Outside",
    "Page",
    "PageQuery",
    "Paging",
    "PublicId",
    "PublicIdPath",
    "WallTime",
    "after_id",
    "allowed",
    "anyone",
    "anyone_outside",
    "caller",
    "check_match",
    "create_service",
    "created",
    "deprecated",
    "etag",
    "example",
    "id_within",
    "member",
    "operator",
    "outside",
    "paginate",
    "parse_public_id",
    "person_outside",
    "problems",
    "public_id",
    "public_id_path",
    "signed_in",
    "strict_json",
]
