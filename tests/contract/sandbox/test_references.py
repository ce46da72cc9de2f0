"""The official schemas are read as meant: the official samples fit, planted mistakes do not."""

import json

import pytest
from jsonschema import ValidationError

from tests.contract.references import max as max_reference
from tests.contract.references.folder import JsonObject, schemas_folder
from tests.contract.schemas import validate_call, validate_hook, validate_reply

SAMPLES = {
    "botInfo.ok": "BotInfo",
    "chat-path-result": "Chat",
    "dialog-with-user": "Chat",
    "get-chat-by-id": "Chat",
    "get-chats": "ChatList",
    "get-admins": "ChatMembersList",
    "get-members": "ChatMembersList",
    "get-membership": "ChatMember",
    "get-pin-message": "GetPinnedMessageResult",
    "error.attachment.not.ready": "Error",
    "error.invalid-token": "Error",
}


def test_every_official_max_sample_fits() -> None:
    samples = sorted((schemas_folder() / "max" / "samples").glob("*.json"))
    assert len(samples) > 40
    for sample in samples:
        name = sample.stem
        kind = (
            "Update" if name.startswith("webhook.") else "UpdateList" if name.startswith("update.") else SAMPLES[name]
        )
        max_reference.check_schema(kind, json.loads(sample.read_text(encoding="utf-8")))


CHANNEL: JsonObject = {"id": -1001, "type": "channel", "title": "Профсоюз"}
POST: JsonObject = {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "Текст"}


@pytest.mark.parametrize(
    "reply",
    [
        {"ok": True, "result": {**POST, "message_id": "1"}},
        {"ok": True, "result": {k: v for k, v in POST.items() if k != "date"}},
        {"ok": True, "result": {**POST, "invented": 1}},
        {"ok": True},
        {"ok": False, "description": "no code"},
        {"ok": False, "error_code": 429, "description": "", "parameters": {"retry_after": "5"}},
    ],
)
def test_what_telegram_would_not_say_is_noticed(reply: JsonObject) -> None:
    validate_reply("telegram", "sendMessage", {"ok": True, "result": POST})
    with pytest.raises(ValidationError):
        validate_reply("telegram", "sendMessage", reply)


@pytest.mark.parametrize(
    "params", [{"text": "no chat"}, {"chat_id": 1, "text": 5}, {"chat_id": 1, "text": "", "guid": "1"}]
)
def test_what_telegram_would_not_hear_is_noticed(params: JsonObject) -> None:
    validate_call("telegram", "sendMessage", {"chat_id": 1, "text": "Текст"})
    with pytest.raises(ValidationError):
        validate_call("telegram", "sendMessage", params)


@pytest.mark.parametrize(
    "params", [{"owner_id": "minus one"}, {"from_group": "yes"}, {"text": "not a parameter"}, {"publish_date": -1}]
)
def test_what_vk_would_not_hear_is_noticed(params: JsonObject) -> None:
    validate_call("vk", "wall.post", {"owner_id": "-1", "from_group": "1", "message": "Текст", "v": "5.199"})
    with pytest.raises((ValidationError, AssertionError)):
        validate_call("vk", "wall.post", params)


@pytest.mark.parametrize("method", ["groups.addCallbackServer", "photos.saveWallPhoto", "wall.getById"])
def test_a_parameter_that_vk_requires_is_missed(method: str) -> None:
    with pytest.raises(AssertionError, match="requires"):
        validate_call("vk", method, {})


@pytest.mark.parametrize(
    "reply",
    [{"response": {}}, {"response": {"post_id": "1"}}, {"error": {"error_code": 5}}, {"error": {"error_code": 77777}}],
)
def test_what_vk_would_not_say_is_noticed(reply: JsonObject) -> None:
    validate_reply("vk", "wall.post", {"response": {"post_id": 1}})
    with pytest.raises((ValidationError, AssertionError)):
        validate_reply("vk", "wall.post", reply)


def test_a_vk_event_without_its_object_is_noticed() -> None:
    event: JsonObject = {"type": "group_join", "group_id": 1, "event_id": "a", "v": "5.199"}
    validate_hook("vk", {**event, "object": {"user_id": 1, "join_type": "join"}})
    with pytest.raises(ValidationError):
        validate_hook("vk", {**event, "object": {"user_id": 1}})
    with pytest.raises(ValidationError):
        validate_hook("vk", {k: v for k, v in {**event, "object": {}}.items() if k != "event_id"})


MESSAGE: JsonObject = {"text": "Текст", "attachments": None, "link": None}


NOT_HEARD: list[JsonObject] = [
    {**MESSAGE, "text": "я" * 4001},
    {**MESSAGE, "invented": 1},
    {**MESSAGE, "attachments": [{"type": "image"}]},
    {**MESSAGE, "attachments": [{"type": "hologram", "payload": None}]},
    {**MESSAGE, "format": "bbcode"},
    {**MESSAGE, "chat_id": "one"},
]


@pytest.mark.parametrize("params", NOT_HEARD)
def test_what_max_would_not_hear_is_noticed(params: JsonObject) -> None:
    validate_call("max", "POST /messages", {**MESSAGE, "chat_id": 1})
    with pytest.raises(ValidationError):
        validate_call("max", "POST /messages", params)


def test_a_required_query_parameter_of_max_is_missed() -> None:
    with pytest.raises(AssertionError, match="required"):
        validate_call("max", "DELETE /messages", {})


def test_what_max_would_not_say_is_noticed() -> None:
    body: JsonObject = {"mid": "mid.1", "seq": 1, "text": "Текст"}
    message: JsonObject = {"recipient": {"chat_id": 1, "chat_type": "channel"}, "timestamp": 1, "body": body}
    validate_reply("max", "POST /messages", {"message": message})
    wrong_body: JsonObject = {**body, "seq": None}
    wrong: list[JsonObject] = [{**message, "timestamp": "now"}, {**message, "body": wrong_body}]
    for one in wrong:
        with pytest.raises(ValidationError):
            validate_reply("max", "POST /messages", {"message": one})
    with pytest.raises(ValidationError):
        validate_reply("max", "POST /messages", {"error": "no code"}, status=400)
