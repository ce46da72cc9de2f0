"""Instagram in the conformance suite. It takes no text alone, and fetches what it shows: both are seen to here."""

import io
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from PIL import Image as Picture
from pydantic import JsonValue

from services.publisher.networks.accounts import Account
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import Image, Post
from services.publisher.networks.instagram.connector import InstagramConnector
from services.publisher.networks.outcomes import Outcome, Reconciliation
from tests.contract.networks.shelf import SHELF
from tests.contract.networks.staged.staging import Json, Sight, Staging, Tells, as_number, tokens_of
from tests.contract.references import instagram

NUMBERS = frozenset({"limit"})


class Illustrated(InstagramConnector):
    """Gives every post an image, as the publisher sees to, and each image an address where it lies as a JPEG."""

    def __init__(self, inner: Connector) -> None:
        vars(self).update(vars(inner))

    async def publish(self, account: Account, post: Post) -> Outcome:
        return await super().publish(account, _illustrated(post))

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        return await super().reconcile(account, _illustrated(post), since, others)


def _illustrated(post: Post) -> Post:
    images = post.images or (Image(_drawn(), "image/png", ""),)
    return replace(post, images=tuple(replace(one, url=SHELF.put(_as_jpeg(one.content))) for one in images))


def _drawn() -> bytes:
    content = io.BytesIO()
    Picture.new("RGB", (64, 64), "white").save(content, "PNG")
    return content.getvalue()


def _as_jpeg(content: bytes) -> bytes:
    """What is no image stays as it is."""
    try:
        with Picture.open(io.BytesIO(content)) as picture:
            made = io.BytesIO()
            picture.convert("RGB").save(made, "JPEG")
            return made.getvalue()
    except OSError:
        return content


def _secrets(community: Json) -> Mapping[str, str]:
    own = cast("list[dict[str, str]]", community["tokens"])
    app = cast("Json", community["bot"])
    return {
        "token": next(token["token"] for token in own if token["kind"] == "community"),
        "app_id": str(app["id"]),
        "app_secret": tokens_of(community)["bot"],
    }


def _sent(_: Sight, params: Json) -> Json:
    """The journal keeps text where a number stands in the address."""
    return {name: as_number(value) if name in NUMBERS else value for name, value in params.items()}


def _check_reply(method: str, reply: object, status: int) -> None:
    instagram.check_reply(method, cast("JsonValue", reply), status)


PUBLISH = "POST /{ig-user-id}/media_publish"

STAGING = Staging(
    secrets=_secrets,
    dressed=Illustrated,
    posting=PUBLISH,
    uploading=(
        "GET /{ig-user-id}/content_publishing_limit",
        "POST /{ig-user-id}/media",
        "GET /{ig-container-id}",
    ),
    takes_texts_alone=False,
    signs_hooks=True,
    flood_seconds=60,  # Instagram tells it in minutes
    answers_comments=True,
    answering="POST /{ig-comment-id}/replies",
    counts=frozenset({"views", "reach", "reactions", "comments", "reposts"}),
    tells=frozenset({Tells.COMMENTS, Tells.MENTIONS}),
    calls=frozenset(
        {
            "GET /me",
            "GET /refresh_access_token",
            "GET /{ig-user-id}/content_publishing_limit",
            "POST /{ig-user-id}/media",
            "GET /{ig-user-id}/media",
            PUBLISH,
            "GET /{ig-container-id}",
            "GET /{ig-media-id}",
            "GET /{ig-media-id}/insights",
            "POST /{ig-comment-id}/replies",
            "POST /{app-id}/subscriptions",
            "POST /{ig-user-id}/subscribed_apps",
        }
    ),
    check_call=instagram.check_call,
    check_reply=_check_reply,
    sent=_sent,
)
