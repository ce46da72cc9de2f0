"""Instagram's calls as its published documentation describes them: parameters, and the shapes of answers.

Meta hands out no schema. What stands here was read in the documentation of the Instagram Platform (content publishing,
the references of IG User, IG Container, IG Media and IG Comment, webhooks) and of the Graph API's subscriptions.
"""

from collections.abc import Mapping

from jsonschema import Draft202012Validator
from pydantic import JsonValue

from tests.contract.references.folder import JsonObject

TEXT: JsonObject = {"type": "string", "minLength": 1}
URL: JsonObject = {"type": "string", "pattern": "^https?://"}
DIGITS: JsonObject = {"type": "string", "pattern": r"^\d+$"}
FIGURE: JsonObject = {"type": "integer", "minimum": 0}
FIELDS: JsonObject = {"type": "string", "pattern": r"^[a-z_.(){},\d]+$"}


def _strict(properties: JsonObject, *required: str) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _shaped(properties: JsonObject, *required: str) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [*required]}


def _data_of(items: JsonObject) -> JsonObject:
    return _shaped({"data": {"type": "array", "items": items}}, "data")


MADE = _shaped({"id": DIGITS}, "id")
SUCCESS = _shaped({"success": {"type": "boolean"}}, "success")
MEDIA = _shaped(
    {
        "id": DIGITS,
        "caption": TEXT,
        "media_type": {"enum": ["CAROUSEL_ALBUM", "IMAGE", "VIDEO"]},
        "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$"},
        "permalink": URL,
        "children": _data_of(_shaped({"id": DIGITS}, "id")),
        "like_count": FIGURE,
        "comments_count": FIGURE,
    },
    "id",
)
ERROR = _shaped(
    {
        "error": _shaped(
            {
                "message": TEXT,
                "type": TEXT,
                "code": {"type": "integer"},
                "error_subcode": {"type": "integer"},
                "is_transient": {"type": "boolean"},
                "fbtrace_id": TEXT,
            },
            *("message", "type", "code", "fbtrace_id"),
        )
    },
    "error",
)

PARAMETERS: Mapping[str, JsonObject] = {
    "GET /me": _strict({"fields": FIELDS}),
    "GET /refresh_access_token": _strict(
        {"grant_type": {"const": "ig_refresh_token"}, "access_token": TEXT}, "grant_type", "access_token"
    ),
    "GET /{ig-user-id}": _strict({"fields": FIELDS}),
    "GET /{ig-user-id}/content_publishing_limit": _strict({"fields": FIELDS, "since": DIGITS}),
    "POST /{ig-user-id}/media": _strict(
        {
            "image_url": URL,
            "media_type": {"enum": ["CAROUSEL", "REELS", "STORIES", "VIDEO"]},
            "is_carousel_item": {"type": "boolean"},
            "children": {"type": "array", "items": DIGITS, "minItems": 2, "maxItems": 10},
            "caption": {"type": "string", "maxLength": 2200},
            "alt_text": {"type": "string", "maxLength": 1000},
        }
    ),
    "GET /{ig-user-id}/media": _strict({"fields": FIELDS, "limit": {"type": "integer", "minimum": 1}}),
    "POST /{ig-user-id}/media_publish": _strict({"creation_id": DIGITS}, "creation_id"),
    "POST /{ig-user-id}/subscribed_apps": _strict({"subscribed_fields": TEXT}, "subscribed_fields"),
    "POST /{app-id}/subscriptions": _strict(
        {
            "object": {"enum": ["user", "page", "permissions", "payments", "instagram"]},
            "callback_url": URL,
            "fields": TEXT,
            "verify_token": TEXT,
            "include_values": {"type": "boolean"},
        },
        *("object", "callback_url", "verify_token"),
    ),
    "GET /{ig-container-id}": _strict({"fields": FIELDS}),
    "GET /{ig-media-id}": _strict({"fields": FIELDS}),
    "GET /{ig-media-id}/insights": _strict({"metric": {"type": "string", "pattern": r"^(\w+,)*\w+$"}}, "metric"),
    "POST /{ig-comment-id}/replies": _strict({"message": TEXT}, "message"),
}

ANSWERS: Mapping[str, JsonObject] = {
    "GET /me": _shaped({"user_id": DIGITS, "username": TEXT, "name": TEXT, "followers_count": FIGURE}),
    "GET /refresh_access_token": _shaped(
        {"access_token": TEXT, "token_type": {"const": "bearer"}, "expires_in": FIGURE}, "access_token", "expires_in"
    ),
    "GET /{ig-user-id}": _shaped({"id": DIGITS, "mentioned_media": {"type": "object"}}, "id"),
    "GET /{ig-user-id}/content_publishing_limit": _data_of(
        _shaped(
            {
                "quota_usage": FIGURE,
                "config": _shaped({"quota_total": FIGURE, "quota_duration": FIGURE}, "quota_total", "quota_duration"),
            },
            "quota_usage",
        )
    ),
    "POST /{ig-user-id}/media": MADE,
    "GET /{ig-user-id}/media": _data_of(MEDIA),
    "POST /{ig-user-id}/media_publish": MADE,
    "POST /{ig-user-id}/subscribed_apps": SUCCESS,
    "POST /{app-id}/subscriptions": SUCCESS,
    "GET /{ig-container-id}": _shaped(
        {
            "id": DIGITS,
            "status_code": {"enum": ["EXPIRED", "ERROR", "FINISHED", "IN_PROGRESS", "PUBLISHED"]},
            "status": TEXT,
        },
        "id",
    ),
    "GET /{ig-media-id}": MEDIA,
    "GET /{ig-media-id}/insights": _data_of(
        _shaped(
            {
                "name": TEXT,
                "period": TEXT,
                "values": {"type": "array", "items": _shaped({"value": FIGURE}, "value"), "minItems": 1},
                "id": TEXT,
            },
            *("name", "period", "values", "id"),
        )
    ),
    "POST /{ig-comment-id}/replies": MADE,
}

NOTICE = _shaped(
    {
        "object": {"const": "instagram"},
        "entry": {
            "type": "array",
            "minItems": 1,
            "items": _shaped(
                {
                    "id": DIGITS,
                    "time": FIGURE,
                    "changes": {
                        "type": "array",
                        "items": _shaped({"field": TEXT, "value": {"type": "object"}}, "field", "value"),
                    },
                },
                *("id", "time", "changes"),
            ),
        },
    },
    *("object", "entry"),
)
COMMENT_NOTICE: JsonObject = {
    "object": "instagram",
    "entry": [
        {
            "id": "17841405822304914",
            "time": 1_520_383_571,
            "changes": [
                {
                    "field": "comments",
                    "value": {
                        "from": {"id": "232323232", "username": "woozyboozy"},
                        "media": {"id": "123123123", "media_product_type": "FEED"},
                        "id": "17865799348089039",
                        "parent_id": "1231231234",
                        "text": "This is an example.",
                    },
                }
            ],
        }
    ],
}
"""As the documentation of the webhooks shows it."""


def check_call(method: str, params: Mapping[str, object]) -> None:
    _check(PARAMETERS[method], dict(params))


def check_reply(method: str, reply: JsonValue, status: int) -> None:
    if status != 200:
        _check(ERROR, reply)
        return
    _check(ANSWERS[method], reply)


def check_hook(body: Mapping[str, object]) -> None:
    _check(NOTICE, dict(body))


def _check(schema: JsonObject, value: object) -> None:
    Draft202012Validator(schema).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there
