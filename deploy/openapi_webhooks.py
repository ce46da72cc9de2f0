"""The part of the API document that says what webhooks are sent, out of the catalogue of events."""

from typing import Any, Final

from services.gateway.webhooks.schemas import Payload
from shared.contracts.events import EVENTS, EventData, EventType

Json = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/"
_HEADERS: Final = {
    "webhook-id": "the event's id, the same with each try and each replay: drop what you have seen",
    "webhook-timestamp": "seconds since 1970, of this try: refuse what is older than five minutes",
    "webhook-signature": "`v1,` and HMAC-SHA256 of id, timestamp and body, joined by dots; two while a secret is rotated",
}


def webhooks() -> Json:
    """Each type of event by its name."""
    return {name: {"post": _operation(kind)} for name, kind in EVENTS.items()}


def schemas() -> Json:
    """What the events carry."""
    return {_name(kind.data): _schema(kind.data) for kind in EVENTS.values()}


def _operation(kind: EventType) -> Json:
    return {
        "operationId": f"on_{kind.name.replace('.', '_')}",
        "tags": ["webhooks"],
        "summary": kind.name,
        "description": kind.description,
        "x-permissions": [kind.permission.value],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": description, "schema": {"type": "string"}}
            for name, description in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _payload(kind), "example": _example(kind)}},
        },
        "responses": {
            "2XX": {"description": "taken; whatever else is answered is tried again for three days"},
            "410": {"description": "not wanted any more: the webhook is disabled"},
        },
    }


def _payload(kind: EventType) -> Json:
    schema = Payload.model_json_schema()
    properties: Json = schema["properties"]
    properties["type"] = {"const": kind.name, "description": properties["type"]["description"]}
    properties["data"] = {"$ref": f"{_REFERENCE}{_name(kind.data)}"}
    return {"type": "object", "required": schema["required"], "properties": properties}


def _example(kind: EventType) -> Json:
    example: Json = {
        "type": kind.name,
        "id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e60",
        "timestamp": "2026-11-23T09:30:00Z",
        "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e61",
        "data": kind.example.model_dump(mode="json"),
    }
    return example


def _schema(data: type[EventData]) -> Json:
    return {**data.model_json_schema(), "title": _name(data), "description": f"What `{data.subject[0]}` events carry."}


def _name(data: type[EventData]) -> str:
    return f"Webhook{data.__name__}"
