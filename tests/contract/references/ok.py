"""OK's methods as its published documentation describes them: parameters, and the shapes of answers.

OK hands out no schema. What stands here was read on apiok.ru and in the repository of its documentation.
"""

import json
import re
from collections.abc import Mapping

from jsonschema import Draft202012Validator
from pydantic import JsonValue

from tests.contract.references.folder import JsonObject

COMMON = {"application_key", "method", "format", "sig", "access_token"}
TEXT: JsonObject = {"type": "string", "minLength": 1}
FLAG: JsonObject = {"enum": ["true", "false"]}
DIGITS: JsonObject = {"type": "string", "pattern": r"^\d+$"}
SUCCESS: JsonObject = {"type": "object", "properties": {"success": {"type": "boolean"}}, "required": ["success"]}
ERROR: JsonObject = {
    "type": "object",
    "properties": {"error_code": {"type": "integer"}, "error_msg": TEXT, "error_data": True},
    "required": ["error_code", "error_msg"],
}


def _strict(properties: JsonObject, *required: str) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _list_of(items: JsonObject) -> JsonObject:
    return {"type": "array", "items": items, "minItems": 1}


BLOCKS: list[JsonObject] = [
    _strict({"type": {"const": "text"}, "text": TEXT}, "type", "text"),
    _strict({"type": {"const": "photo"}, "list": _list_of(_strict({"id": TEXT}, "id"))}, "type", "list"),
    _strict({"type": {"const": "link"}, "url": TEXT}, "type", "url"),
    _strict(
        {
            "type": {"const": "poll"},
            "question": TEXT,
            "answers": _list_of(_strict({"text": TEXT}, "text")),
            "options": {"type": "string", "pattern": r"^(\w+,)*\w+$"},
        },
        *("type", "question", "answers"),
    ),
]
ATTACHMENT = _strict(
    {
        "media": {"type": "array", "items": {"oneOf": [*BLOCKS]}, "minItems": 1},
        "publishAtMs": {"type": "integer"},
        "publishAt": TEXT,
        "onBehalfOfGroup": FLAG,
        "disableComments": FLAG,
    },
    "media",
)

PARAMETERS: Mapping[str, JsonObject] = {
    "users.getCurrentUser": _strict({"fields": TEXT}),
    "users.getInfo": _strict({"uids": TEXT, "fields": TEXT}, "uids", "fields"),
    "group.getInfo": _strict({"uids": TEXT, "move_to_top": FLAG, "fields": TEXT}, "uids", "fields"),
    "group.getUserGroupsByIds": _strict({"group_id": DIGITS, "uids": TEXT}, "group_id", "uids"),
    "group.getStatTopic": _strict({"topic_id": DIGITS, "fields": TEXT}, "topic_id", "fields"),
    "photosV2.getUploadUrl": _strict({"uid": DIGITS, "aid": DIGITS, "gid": DIGITS, "count": DIGITS, "sizes": TEXT}),
    "mediatopic.post": _strict(
        {
            "type": {
                "enum": ["USER", "USER_STATUS", "USER_NOTE", "GROUP_THEME", "GROUP_THEME_PROMO", "GROUP_SUGGESTED"]
            },
            "gid": DIGITS,
            "attachment": TEXT,
            "set_status": FLAG,
            "text_link_preview": FLAG,
            "hidden_post": FLAG,
        },
        "attachment",
    ),
    "mediatopic.deleteTopic": _strict({"topic_id": DIGITS, "gid": DIGITS}, "topic_id"),
    "GET /graph/me/info": _strict({}),
    "GET /graph/me/subscriptions": _strict({}),
    "POST /graph/me/subscribe": _strict({"url": {"type": "string", "pattern": "^https?://"}}, "url"),
    "POST /graph/me/unsubscribe": _strict({"url": {"type": "string", "pattern": "^https?://"}}, "url"),
    "POST /graph/me/messages": _strict(
        {
            "recipient": _strict({"user_ids": _list_of({"type": "string", "pattern": r"^(user:)?\d+$"})}, "user_ids"),
            "message": _strict({"text": TEXT}, "text"),
        },
        *("recipient", "message"),
    ),
}

FIGURE: JsonObject = {"type": "integer", "minimum": 0}
ANSWERS: Mapping[str, JsonObject] = {
    "users.getCurrentUser": {"type": "object", "properties": {"uid": DIGITS}},
    "users.getInfo": {"type": "array", "items": {"type": "object"}},
    "group.getInfo": {
        "type": "array",
        "items": {"type": "object", "properties": {"name": TEXT, "members_count": FIGURE}},
    },
    "group.getUserGroupsByIds": {
        "type": "array",
        "items": {"type": "object", "required": ["status"], "properties": {"status": TEXT}},
    },
    "group.getStatTopic": {
        "type": "object",
        "properties": dict.fromkeys(("renderings", "reach", "likes", "comments", "reshares"), FIGURE),
    },
    "photosV2.getUploadUrl": {
        "type": "object",
        "properties": {
            "expires_ms": {"type": "integer"},
            "photo_ids": {"type": "array", "items": TEXT},
            "ttl_ms": {"type": "integer"},
            "upload_url": {"type": "string", "pattern": "^https?://"},
        },
        "required": ["photo_ids", "upload_url"],
    },
    "mediatopic.post": DIGITS,
    "mediatopic.deleteTopic": SUCCESS,
    "GET /graph/me/info": {
        "type": "object",
        "properties": {"name": TEXT, "group_id": {"type": "string", "pattern": r"^group:\d+$"}},
        "required": ["name", "group_id"],
    },
    "GET /graph/me/subscriptions": {
        "type": "object",
        "properties": {"subscriptions": {"type": "array", "items": {"type": "object", "required": ["url"]}}},
        "required": ["subscriptions"],
    },
    "POST /graph/me/subscribe": SUCCESS,
    "POST /graph/me/unsubscribe": SUCCESS,
    "POST /graph/me/messages": {
        "type": "object",
        "properties": {"success": {"type": "array", "items": {"type": "boolean"}}},
        "required": ["success"],
    },
}

NOTICE: JsonObject = {
    "type": "object",
    "properties": {
        "sender": {
            "type": "object",
            "properties": {"user_id": {"type": "string", "pattern": r"^user:\d+$"}},
            "required": ["user_id"],
        },
        "recipient": {
            "type": "object",
            "properties": {"chat_id": {"type": "string", "pattern": r"^chat:\w+$"}},
            "required": ["chat_id"],
        },
        "message": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "seq": {"type": "integer"},
                "mid": {"type": "string", "pattern": "^mid:"},
            },
            "required": ["seq", "mid"],
        },
        "timestamp": {"type": "integer"},
    },
    "required": ["sender", "recipient", "message", "timestamp"],
}
MESSAGE_NOTICE: JsonObject = {
    "sender": {"user_id": "user:123456789012"},
    "recipient": {"chat_id": "chat:C3ecb9d02a600"},
    "message": {"text": "text", "seq": 98211023614189660, "mid": "mid:C3ecb9d02a600.15cea67d78d2059"},
    "timestamp": 1498581292941,
}
"""As the documentation of `graph.user.subscribe` shows it."""


def check_call(method: str, params: Mapping[str, object]) -> None:
    given = dict(params)
    if not method.startswith(("GET ", "POST ")):
        assert given.keys() >= COMMON, f"{method}: {COMMON - given.keys()} is missing"
        assert given["method"] == method
        assert re.fullmatch(r"[0-9a-f]{32}", str(given["sig"]))
        given = {name: value for name, value in given.items() if name not in COMMON}
    _check(PARAMETERS[method], given)
    if method == "mediatopic.post":
        assert (given.get("type") == "GROUP_THEME") == ("gid" in given)
        _check(ATTACHMENT, json.loads(str(given["attachment"])))


def check_reply(method: str, reply: JsonValue, status: int) -> None:
    if isinstance(reply, dict) and "error_code" in reply:
        _check(ERROR, reply)
        return
    assert status == 200
    _check(ANSWERS[method], reply)


def check_hook(body: Mapping[str, object]) -> None:
    """A message that somebody wrote to the group."""
    _check(NOTICE, dict(body))


def _check(schema: JsonObject, value: object) -> None:
    Draft202012Validator(schema).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there
