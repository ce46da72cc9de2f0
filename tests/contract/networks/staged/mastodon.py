"""Mastodon in the conformance suite."""

from collections.abc import Mapping
from typing import cast

from deploy.sandbox.networks.mastodon.views import DOMAIN
from tests.contract.networks.staged.staging import Json, Sight, Staging, Tells, as_number, tokens_of
from tests.contract.references import mastodon as reference
from tests.contract.references.folder import JsonObject

UPLOAD = "POST /api/v2/media"
NUMBERS = frozenset({"limit"})
FLAGS = frozenset({"resolve"})


def _target(community: Json) -> str:
    return f"{community['handle']}@{DOMAIN}"


def _secrets(community: Json) -> Mapping[str, str]:
    return {"token": tokens_of(community)["community"]}


def _named(number: int) -> str:
    """Of people without a name of their own."""
    return f"person{number}@{DOMAIN}"


def _sent(_: Sight, params: Json) -> Json:
    """The journal keeps text where a number, or true and false, stand in the address."""
    read = {"true": True, "false": False}
    sent = {name: as_number(value) if name in NUMBERS else value for name, value in params.items()}
    return {name: read.get(str(value), value) if name in FLAGS else value for name, value in sent.items()}


def _check_call(method: str, params: Json) -> None:
    reference.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, status: int) -> None:
    reference.check_reply(method, cast("JsonObject", reply), status)


STAGING = Staging(
    secrets=_secrets,
    target=_target,
    named=_named,
    mailbox_is_target=True,
    posting="POST /api/v1/statuses",
    writing="POST /api/v1/statuses",
    writes_first=True,
    uploading=(UPLOAD,),
    calls_hooks=False,
    answers_comments=True,
    key_holds_for_good=False,
    edits=True,
    withdraws=True,
    withdrawing="DELETE /api/v1/statuses/{id}",
    answering="POST /api/v1/statuses",
    repost_posting="POST /api/v1/statuses/{id}/reblog",
    counts=frozenset({"reactions", "comments", "reposts"}),
    tells=frozenset(
        {Tells.MESSAGES, Tells.COMMENTS, Tells.MENTIONS, Tells.REPOSTS, Tells.REACTIONS, Tells.JOINS},
    ),
    calls=frozenset(
        {
            "GET /api/v1/accounts/verify_credentials",
            "GET /api/v2/instance",
            "GET /api/v1/notifications",
            "POST /api/v1/statuses",
            "GET /api/v1/statuses/{id}",
            "PUT /api/v1/statuses/{id}",
            "DELETE /api/v1/statuses/{id}",
            "POST /api/v1/statuses/{id}/reblog",
            "GET /api/v1/statuses/{id}/context",
            "GET /api/v1/polls/{id}",
            "GET /api/v2/search",
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    unchecked=frozenset({UPLOAD, "GET /api/v1/accounts/{id}/statuses"}),  # a file; and what is not in the part at hand
    sent=_sent,
)
