"""What MAX added after 0.0.30, by dev.max.ru and its own clients: comments of posts, news of them, the bot's commands."""

from tests.contract.references.folder import JsonObject

_POINTER = "#/components/schemas/"
_MESSAGE_ID: JsonObject = {"name": "messageId", "in": "path", "required": True, "schema": {"type": "string"}}
_COMMENT_ID: JsonObject = {"name": "comment_id", "in": "query", "required": True, "schema": {"type": "string"}}
_NEW_COMMENT: JsonObject = {  # no attachments, nothing forwarded
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 4000, "nullable": True},
        "link": {
            "type": "object",
            "nullable": True,
            "properties": {"type": {"type": "string", "enum": ["reply"]}, "mid": {"type": "string"}},
            "required": ["type", "mid"],
            "additionalProperties": False,
        },
        "format": {"type": "string", "enum": ["markdown", "html"], "nullable": True},
    },
    "required": ["text"],
    "additionalProperties": False,
}
_COMMANDS: JsonObject = {
    "type": "object",
    "properties": {"commands": {"type": "array", "maxItems": 32, "items": {"$ref": f"{_POINTER}BotCommand"}}},
    "required": ["commands"],
    "additionalProperties": False,
}


def _json(schema: JsonObject) -> JsonObject:
    return {"content": {"application/json": {"schema": schema}}}


def _answering(schema: JsonObject) -> JsonObject:
    return {"responses": {"200": _json(schema)}}


_WITH_POST: JsonObject = {
    "type": "object",
    "properties": {
        "recipient": {"type": "object", "properties": {"post_id": {"type": "string"}}, "required": ["post_id"]}
    },
    "required": ["recipient"],
}
_SUCCESS = _answering({"$ref": f"{_POINTER}SimpleQueryResult"})

LATER: JsonObject = {
    "/messages/{messageId}/comments": {
        "get": {
            "parameters": [
                _MESSAGE_ID,
                {"name": "count", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
            ],
            **_answering({"$ref": f"{_POINTER}MessageList"}),
        },
        "post": {
            "parameters": [_MESSAGE_ID],
            "requestBody": _json(_NEW_COMMENT),
            **_answering({"$ref": f"{_POINTER}SendMessageResult"}),
        },
        "put": {"parameters": [_MESSAGE_ID, _COMMENT_ID], "requestBody": _json(_NEW_COMMENT), **_SUCCESS},
        "delete": {"parameters": [_MESSAGE_ID, _COMMENT_ID], **_SUCCESS},
    },
    "/me/commands": {
        "patch": {"requestBody": _json(_COMMANDS), **_answering({"type": "object"})},
    },
}

_COMMENT_TOLD: JsonObject = {
    "type": "object",
    "properties": {
        "update_type": {"type": "string", "enum": ["comment_created", "comment_edited"]},
        "timestamp": {"type": "integer"},
        "message": {"allOf": [{"$ref": f"{_POINTER}Message"}, _WITH_POST]},
    },
    "required": ["update_type", "timestamp", "message"],
}

LATER_UPDATES: dict[str, JsonObject] = {
    "comment_created": _COMMENT_TOLD,
    "comment_edited": _COMMENT_TOLD,
    "comment_removed": {
        "type": "object",
        "properties": {
            "message_id": {"type": "string"},
            "chat_id": {"type": "integer"},
            "user_id": {"type": "integer"},
            "post_id": {"type": "string"},
        },
        "required": ["update_type", "timestamp", "message_id", "chat_id", "user_id", "post_id"],
    },
}
