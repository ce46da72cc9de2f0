"""OK in the conformance suite."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from deploy.sandbox.networks.ok.signing import APPLICATION_KEY, session_secret_key
from tests.contract.networks.staged.staging import Json, Staging, Tells, tokens_of
from tests.contract.references import ok


def _secrets(community: Json) -> Mapping[str, str]:
    tokens = tokens_of(community)
    return {
        "application_key": APPLICATION_KEY,
        "session_secret_key": session_secret_key(tokens["user"]),
        "access_token": tokens["user"],
        "group_token": tokens["community"],
    }


def _check_reply(method: str, reply: object, status: int) -> None:
    ok.check_reply(method, cast("JsonValue", reply), status)


STAGING = Staging(
    secrets=_secrets,
    posting="mediatopic.post",
    writing="POST /graph/me/messages",
    uploading=("photosV2.getUploadUrl", "upload"),
    flood_seconds=300,  # OK does not say how long
    withdraws=True,
    withdrawing="mediatopic.deleteTopic",
    counts=frozenset({"views", "reach", "reactions", "comments", "reposts"}),
    ends_polls=False,
    tells=frozenset({Tells.MESSAGES}),
    calls=frozenset(
        {
            "users.getCurrentUser",
            "users.getInfo",
            "group.getInfo",
            "group.getUserGroupsByIds",
            "photosV2.getUploadUrl",
            "mediatopic.post",
            "mediatopic.deleteTopic",
            "group.getStatTopic",
            "GET /graph/me/info",
            "GET /graph/me/subscriptions",
            "POST /graph/me/subscribe",
            "POST /graph/me/messages",
        }
    ),
    check_call=ok.check_call,
    check_reply=_check_reply,
    unchecked=frozenset({"upload"}),
)
