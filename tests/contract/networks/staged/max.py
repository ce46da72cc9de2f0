"""MAX in the conformance suite."""

from typing import cast

from tests.contract.networks.staged.staging import Json, Sight, Staging, Tells, as_number, bots_token
from tests.contract.references import max as reference
from tests.contract.references.folder import JsonObject


def _sent(sight: Sight, params: Json) -> Json:
    """The chat stands in the path, numbers of the query are text."""
    place = {"chatId": sight.community_id} if "{chatId}" in sight.method else {}
    return {name: value if name == "text" else as_number(value) for name, value in params.items()} | place


def _check_call(method: str, params: Json) -> None:
    reference.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, status: int) -> None:
    reference.check_reply(method, cast("JsonObject", reply), status)


STAGING = Staging(
    secrets=bots_token,
    posting="POST /messages",
    writing="POST /messages",
    uploading=("POST /uploads", "upload"),
    tells=frozenset({Tells.MESSAGES, Tells.PRESSES, Tells.JOINS}),
    calls=frozenset(
        {
            "GET /me",
            "GET /chats/{chatId}",
            "GET /chats/{chatId}/members/me",
            "POST /uploads",
            "POST /messages",
            "GET /messages",
            "POST /subscriptions",
            "POST /answers",
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    unchecked=frozenset({"upload"}),
    sent=_sent,
)
