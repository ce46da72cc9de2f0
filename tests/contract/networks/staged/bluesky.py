"""Bluesky in the conformance suite."""

from collections.abc import Mapping
from typing import cast

from deploy.sandbox.networks.bluesky.names import DOMAIN, did_of
from tests.contract.networks.staged.staging import Json, Staging, Tells, tokens_of
from tests.contract.references import atproto
from tests.contract.references.folder import JsonObject

PUT = "com.atproto.repo.putRecord"
UPLOAD = "com.atproto.repo.uploadBlob"


def _target(community: Json) -> str:
    return f"{str(community['handle']).replace('_', '-')}.{DOMAIN}"


def _secrets(community: Json) -> Mapping[str, str]:
    return {"app_password": tokens_of(community)["community"]}


def _check_call(method: str, params: Json) -> None:
    atproto.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, status: int) -> None:
    atproto.check_reply(method, cast("JsonObject", reply), status)


STAGING = Staging(
    secrets=_secrets,
    target=_target,
    posting=PUT,
    uploading=(UPLOAD,),
    calls_hooks=False,
    named=did_of,
    answers_comments=True,
    finds_by_key=True,
    withdraws=True,
    withdrawing="com.atproto.repo.deleteRecord",
    answering=PUT,
    repost_posting=PUT,
    counts=frozenset({"reactions", "comments", "reposts"}),
    tells=frozenset({Tells.COMMENTS, Tells.MENTIONS, Tells.REPOSTS, Tells.REACTIONS, Tells.JOINS}),
    calls=frozenset(
        {
            "com.atproto.server.createSession",
            "com.atproto.repo.getRecord",
            "com.atproto.repo.deleteRecord",
            "app.bsky.feed.getPosts",
            "app.bsky.notification.listNotifications",
            PUT,
            UPLOAD,
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    unchecked=frozenset({"app.bsky.actor.getProfile"}),  # by the documentation: its lexicon is not at hand
)
