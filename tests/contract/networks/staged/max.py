"""MAX in the conformance suite."""

from typing import cast

from tests.contract.networks.staged.staging import Json, Sight, Staging, Tells, as_number, bots_token
from tests.contract.references import max as reference
from tests.contract.references.folder import JsonObject

TEXTS = frozenset({"text", "message_id", "comment_id", "url"})


def _sent(sight: Sight, params: Json) -> Json:
    """Chats and messages stand in the path, numbers of the query are text, lists of it comma separated."""
    places: Json = {"chatId": sight.community_id, "chatLink": "union", "messageId": "mid.1"}
    place = {name: value for name, value in places.items() if f"{{{name}}}" in sight.method}
    given = {name: value if name in TEXTS else as_number(value) for name, value in params.items()}
    if "message_ids" in given:
        given["message_ids"] = str(given["message_ids"]).split(",")
    return given | place


def _check_call(method: str, params: Json) -> None:
    reference.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, status: int) -> None:
    reference.check_reply(method, cast("JsonObject", reply), status)


STAGING = Staging(
    secrets=bots_token,
    posting="POST /messages",
    writing="POST /messages",
    uploading=("POST /uploads", "upload"),
    tells=frozenset(
        {
            Tells.MESSAGES,
            Tells.PRESSES,
            Tells.COMMENTS,
            Tells.COMMENT_EDITS,
            Tells.COMMENT_REMOVALS,
            Tells.JOINS,
            Tells.LEAVES,
        }
    ),
    answers_comments=True,
    answering="POST /messages/{messageId}/comments",
    carries_known_alone=True,
    edits=True,
    withdraws=True,
    withdrawing="DELETE /messages",
    sets_menu=True,
    counts=frozenset({"views"}),
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
            "PUT /messages",
            "DELETE /messages",
            "PATCH /me/commands",
            "GET /chats/{chatLink}",
            "POST /messages/{messageId}/comments",
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    unchecked=frozenset({"upload"}),
    sent=_sent,
)
