"""Public feeds: read by everybody, beside /v1."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Response

from services.publisher.feeds.actions import feed_of, image_of
from services.publisher.feeds.rules import (
    JSON_FEED,
    RSS,
    Feed,
    FeedItem,
    http_date,
    is_unchanged,
    json_of,
    last_modified,
    rss_of,
)
from shared.app import ApiRouter, anyone
from shared.app.public_id import parse_public_id, public_id_path
from shared.context import Context
from shared.errors import NotFound

router = ApiRouter(tags=["feeds"])

Reading = Annotated[Context, anyone(tenant_of="organization")]
OfOrganization = Annotated[str, public_id_path("the `external_id` of the organization's channel in the network `feed`")]
Since = Annotated[
    str, Header(alias="If-Modified-Since", max_length=100, description="`Last-Modified` of what you have")
]
NoneMatch = Annotated[str, Header(alias="If-None-Match", max_length=1000, include_in_schema=False)]
_MAY_BE_KEPT: Final = "public, max-age=300"
_IMAGE: Final = "public, max-age=86400"


_SAMPLE: Final = Feed(
    title="Профсоюз школы № 7",
    address="https://vmeste.example/feeds/AZCmoAAAcACAAAAAAAAAAQGQpqAAAHAAgAAAAAAAAAE",
    items=[
        FeedItem(
            id=UUID("0190a6a0-0000-7000-8000-000000000005"),
            text="Коллективный договор подписан",
            published_at=datetime(2028, 10, 2, 7, tzinfo=UTC),
            images=(),
        )
    ],
    changed_at=datetime(2028, 10, 2, 7, tzinfo=UTC),
)


def _described(media_type: str, what: str, schema: str, sample: object) -> dict[int | str, dict[str, Any]]:
    content = {"schema": {"type": schema}, "example": sample}
    return {200: {"content": {media_type.partition(";")[0]: content}, "description": what}}


@router.get(
    "/feeds/{organization}.rss",
    operation_id="feed_rss_read",
    response_class=Response,
    responses=_described(RSS, "RSS 2.0", "string", rss_of(_SAMPLE)),
)
async def feed_rss_read(
    organization: OfOrganization, context: Reading, since: Since = "", none_match: NoneMatch = ""
) -> Response:
    """What an organization published for everybody, newest first, 50 items at most."""
    feed = await feed_of(context, _organization_in(organization))
    return _answer(context, feed, rss_of(feed), RSS, since="" if none_match else since)


@router.get(
    "/feeds/{organization}.json",
    operation_id="feed_json_read",
    response_class=Response,
    responses=_described(JSON_FEED, "JSON Feed 1.1", "object", json_of(_SAMPLE)),
)
async def feed_json_read(
    organization: OfOrganization, context: Reading, since: Since = "", none_match: NoneMatch = ""
) -> Response:
    """What an organization published for everybody, as a JSON Feed."""
    feed = await feed_of(context, _organization_in(organization))
    body = json.dumps(json_of(feed), ensure_ascii=False)
    return _answer(context, feed, body, JSON_FEED, since="" if none_match else since)


@router.get(
    "/feeds/{organization}/images/{image_id}",
    operation_id="feed_images_read",
    response_class=Response,
    responses={200: {"content": {"image/png": {}, "image/jpeg": {}}, "description": "the picture itself"}},
)
async def feed_images_read(organization: OfOrganization, image_id: UUID, context: Reading) -> Response:
    """A picture that the feed shows; once its publication is taken down it is gone too."""
    media, content = await image_of(context, _organization_in(organization), image_id)
    return Response(content, media_type=media.format, headers={"cache-control": _IMAGE})


def _organization_in(text: str) -> UUID:
    """Raises NotFound."""
    parsed = parse_public_id(text)
    if parsed is None:
        raise NotFound
    return parsed[1]


def _answer(context: Context, feed: Feed, body: str, media_type: str, *, since: str) -> Response:
    """Of two conditions the tag decides, which the platform compares (RFC 9110)."""
    headers = {"cache-control": _MAY_BE_KEPT}
    if feed.changed_at is not None:
        modified = last_modified(feed.changed_at, context.now)
        headers["last-modified"] = http_date(modified)
        if is_unchanged(since, modified):
            return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
