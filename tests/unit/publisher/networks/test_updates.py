"""What the networks tell is read into the same words, with a key that a repeated delivery shares."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.connector import Connector
from services.publisher.networks.inbound import (
    ADDRESS_SECRET,
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    MalformedUpdate,
    MessageReceived,
    Sender,
    Update,
)
from services.publisher.networks.instagram.updates import SIGNATURE
from services.publisher.networks.registry import Connectors
from services.publisher.networks.vk.updates import button_payload

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECONDS = int(AT.timestamp())
MILLISECONDS = SECONDS * 1000
CALLING = pytest.mark.parametrize(
    "network", [n for n in Network if CAPABILITIES[n].calls_hooks and n is not Network.FEED]
)
SECRET = "whsec-0123456789abcdef"
ANNA = {"id": 7100000042, "is_bot": False, "first_name": "Анна", "last_name": "Серова"}
MAX_ANNA = {"user_id": 42, "first_name": "Анна", "last_name": None, "is_bot": False, "username": None}
MAX_BODY = {"mid": "mid.000000000adf429c", "seq": 1, "text": "Помогите", "attachments": None}

Json = dict[str, object]


def unasked(request: httpx.Request) -> httpx.Response:
    raise AssertionError(request.url)  # reading updates asks nobody


CONNECTORS = Connectors(lambda _: httpx.AsyncClient(transport=httpx.MockTransport(unasked)))


def connector(network: Network) -> Connector:
    return CONNECTORS[network]


def parsed(network: Network, update: Json) -> list[Update]:
    return connector(network).parse_updates(json.dumps(update, ensure_ascii=False).encode())


def telegram(**message: object) -> list[Update]:
    whole = {"message_id": 5, "chat": {"id": ANNA["id"], "type": "private"}, "from": ANNA, "date": SECONDS} | message
    return parsed(Network.TELEGRAM, {"update_id": 900, "message": whole})


def vk(kind: str, value: object, **more: object) -> list[Update]:
    event = {"type": kind, "group_id": 225, "event_id": "e1f2", "v": "5.199", "secret": SECRET, "object": value} | more
    return parsed(Network.VK, event)


def vk_message(**message: object) -> list[Update]:
    whole = {"id": 3, "date": SECONDS, "peer_id": 42, "from_id": 42, "text": "Помогите", "out": 0} | message
    return vk("message_new", {"message": whole, "client_info": {}})


def max_message(*, recipient: Json | None = None, sender: Json | None = None, body: Json | None = None) -> list[Update]:
    message: Json = {
        "recipient": recipient or {"chat_id": 9, "chat_type": "dialog", "user_id": 1},
        "sender": sender or MAX_ANNA,
        "timestamp": MILLISECONDS,
        "body": body or MAX_BODY,
    }
    return parsed(Network.MAX, {"update_type": "message_created", "timestamp": MILLISECONDS, "message": message})


def test_a_message_to_a_telegram_bot() -> None:
    sender = Sender("7100000042", "Анна Серова")
    assert telegram(text="Помогите") == [MessageReceived("900", sender, "Помогите", AT)]
    photo = telegram(photo=[{"file_id": "x"}], caption="Вот приказ")
    assert photo == [MessageReceived("900", sender, "Вот приказ", AT, ("photo",))]
    assert telegram(voice={"file_id": "x"}) == [MessageReceived("900", sender, "", AT, ("voice",))]


def test_start_is_no_message() -> None:
    sender = Sender("7100000042", "Анна Серова")
    assert telegram(text="/start") == [ConversationStarted("900", sender, None, AT)]
    assert telegram(text="/start join_42") == [ConversationStarted("900", sender, "join_42", AT)]
    assert telegram(text="/started something") == [MessageReceived("900", sender, "/started something", AT)]


def test_a_press_in_telegram_and_its_answer() -> None:
    update: Json = {
        "update_id": 901,
        "callback_query": {"id": "77", "from": ANNA, "chat_instance": "1", "data": "rate:5"},
    }
    (press,) = parsed(Network.TELEGRAM, update)
    assert isinstance(press, ButtonPressed)
    assert (press.update_id, press.payload, press.sender.external_user_id) == ("901", "rate:5", "7100000042")
    answer = connector(Network.TELEGRAM).answer_to_hook(Account("1", {}), json.dumps(update).encode())
    assert json.loads(answer.content) == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    assert answer.content_type == "application/json"


def test_a_comment_on_a_telegram_post() -> None:
    group = {"id": -1005, "type": "supergroup"}
    copy = {"is_automatic_forward": True, "forward_origin": {"type": "channel", "message_id": 12}}
    (comment,) = telegram(chat=group, text="Спасибо!", reply_to_message=copy)
    assert comment == CommentReceived("900", Sender("7100000042", "Анна Серова"), "12", "5", "Спасибо!", AT)
    assert telegram(chat=group, text="Спасибо!") == []
    assert telegram(chat=group, text="Спасибо!", reply_to_message={"message_id": 4}) == []


def test_what_telegram_tells_besides_is_left_alone() -> None:
    assert telegram(text="Я бот", **{"from": {**ANNA, "is_bot": True}}) == []
    assert parsed(Network.TELEGRAM, {"update_id": 902, "channel_post": {"message_id": 1}}) == []
    assert parsed(Network.TELEGRAM, {"update_id": 903, "poll_answer": {"poll_id": "1"}}) == []


def test_a_message_to_a_vk_community() -> None:
    assert vk_message() == [MessageReceived("e1f2", Sender("42", None), "Помогите", AT)]
    (photo,) = vk_message(text="", attachments=[{"type": "photo"}])
    assert photo == MessageReceived("e1f2", Sender("42", None), "", AT, ("photo",))


@pytest.mark.parametrize("payload", ["rate:5", "5", "true", '{"a": 1}', "оценка", ""])
def test_a_press_in_vk_brings_back_what_was_on_the_button(payload: str) -> None:
    written = button_payload(payload)
    (from_text_button,) = vk_message(text="5", payload=written)
    assert from_text_button == ButtonPressed("e1f2", Sender("42", None), payload, AT)
    for returned in (written, json.loads(written)):
        (press,) = vk("message_event", {"user_id": 42, "peer_id": 42, "event_id": "x", "payload": returned})
        assert isinstance(press, ButtonPressed)
        assert press.payload == payload


def test_buttons_that_are_not_ours() -> None:
    assert vk_message(payload='{"command":"start"}') == [ConversationStarted("e1f2", Sender("42", None), None, AT)]
    assert vk_message(payload='{"command":"help"}') == [MessageReceived("e1f2", Sender("42", None), "Помогите", AT)]
    assert vk_message(payload="no json") == [MessageReceived("e1f2", Sender("42", None), "Помогите", AT)]
    assert vk("message_event", {"user_id": 42, "peer_id": 42, "event_id": "x", "payload": {"command": "help"}}) == []


def test_somebody_lets_a_vk_community_write() -> None:
    (allowed,) = vk("message_allow", {"user_id": 42, "key": "join_42"})
    assert isinstance(allowed, ConversationStarted)
    assert (allowed.sender, allowed.payload) == (Sender("42", None), "join_42")


def test_a_comment_on_a_vk_wall() -> None:
    comment: Json = {"id": 8, "from_id": 42, "post_id": 12, "post_owner_id": -225, "date": SECONDS, "text": "Спасибо!"}
    assert vk("wall_reply_new", comment) == [
        CommentReceived("e1f2", Sender("42", None), "12", "8", "Спасибо!", AT),
    ]
    assert vk("wall_reply_new", {**comment, "from_id": -225}) == []


def test_what_vk_tells_besides_is_left_alone() -> None:
    assert vk_message(from_id=-5) == []
    assert vk_message(peer_id=2_000_000_001) == []
    assert vk("confirmation", None, event_id="") == []


def test_vk_must_name_its_events() -> None:
    with pytest.raises(MalformedUpdate):
        vk("message_new", {"message": {"date": SECONDS, "peer_id": 42, "from_id": 42}}, event_id="")


def test_vk_hears_the_code_it_told_or_ok() -> None:
    account = Account("225", {"confirmation": "a1b2c3"})
    asked = json.dumps({"type": "confirmation", "group_id": 225}).encode()
    told = json.dumps({"type": "message_new", "group_id": 225, "event_id": "e"}).encode()
    assert connector(Network.VK).answer_to_hook(account, asked).content == b"a1b2c3"
    assert connector(Network.VK).answer_to_hook(account, told).content == b"ok"


def test_a_message_to_a_max_bot() -> None:
    (message,) = max_message()
    assert isinstance(message, MessageReceived)
    assert (message.sender, message.text, message.at) == (Sender("42", "Анна"), "Помогите", AT)
    (photo,) = max_message(body={**MAX_BODY, "text": None, "attachments": [{"type": "image", "payload": {}}]})
    assert isinstance(photo, MessageReceived)
    assert (photo.text, photo.attachments) == ("", ("image",))


def test_every_press_in_max_has_a_key_of_its_own() -> None:
    def pressed(**changes: object) -> Update:
        callback = {"timestamp": MILLISECONDS, "callback_id": "k", "user": MAX_ANNA, "payload": "rate:5"} | changes
        (update,) = parsed(Network.MAX, {"update_type": "message_callback", "timestamp": 1, "callback": callback})
        return update

    press = pressed()
    assert isinstance(press, ButtonPressed)
    assert (press.payload, press.sender) == ("rate:5", Sender("42", "Анна"))
    assert pressed() == press
    others = [pressed(timestamp=MILLISECONDS + 1), pressed(callback_id="l"), pressed(payload="rate:4")]
    assert len({update.update_id for update in (press, *others)}) == 4


def test_a_max_bot_is_started() -> None:
    started: Json = {"update_type": "bot_started", "timestamp": MILLISECONDS, "chat_id": 9, "user": MAX_ANNA}
    (update,) = parsed(Network.MAX, {**started, "payload": "join_42"})
    assert isinstance(update, ConversationStarted)
    assert (update.payload, update.sender, update.at) == ("join_42", Sender("42", "Анна"), AT)


def test_what_max_tells_besides_is_left_alone() -> None:
    assert max_message(recipient={"chat_id": -7, "chat_type": "channel", "user_id": None}) == []
    assert max_message(sender={**MAX_ANNA, "is_bot": True}) == []
    assert parsed(Network.MAX, {"update_type": "bot_stopped", "timestamp": 1, "chat_id": 1, "user": MAX_ANNA}) == []


@CALLING
@given(body=st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_what_is_no_update_is_refused(network: Network, body: bytes | str) -> None:
    content = body.encode() if isinstance(body, str) else body
    with pytest.raises(MalformedUpdate):
        connector(network).parse_updates(content)
    assert not connector(network).verify_hook({}, content, SECRET)


HEADERS = {
    Network.TELEGRAM: "x-telegram-bot-api-secret-token",
    Network.MAX: "x-max-bot-api-secret",
    Network.OK: ADDRESS_SECRET,
}


@CALLING
def test_a_hook_is_known_by_its_secret_alone(network: Network) -> None:
    def verified(said: str, known: str = SECRET) -> bool:
        headers = {HEADERS[network]: said} if network in HEADERS else {}
        body = json.dumps({"type": "message_new", "group_id": 225, "event_id": "e", "secret": said}).encode()
        if network is Network.INSTAGRAM:  # it sends no secret: it signs with it
            headers = {SIGNATURE: "sha256=" + hmac.new(said.encode(), body, hashlib.sha256).hexdigest()}
        return connector(network).verify_hook(headers, body, known)

    assert verified(SECRET)
    for wrong in ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "секрет"):
        assert not verified(wrong)


@pytest.mark.parametrize("network", Network)
def test_an_update_without_any_secret_is_refused(network: Network) -> None:
    body = json.dumps({"type": "message_new", "group_id": 225, "event_id": "e", "update_id": 1}).encode()
    assert not connector(network).verify_hook({}, body, SECRET)


@pytest.mark.parametrize("moment", [10**18, -(10**12)])
def test_a_moment_outside_of_the_calendar_is_malformed(moment: int) -> None:
    with pytest.raises(MalformedUpdate):
        telegram(date=moment)
    with pytest.raises(MalformedUpdate):
        vk_message(date=moment)


@pytest.mark.parametrize("event_id", ["a\0b", "a" * 101])
def test_an_event_of_vk_has_a_name_that_can_be_kept(event_id: str) -> None:
    with pytest.raises(MalformedUpdate):
        vk("message_new", {"message": {"date": SECONDS, "peer_id": 42, "from_id": 42}}, event_id=event_id)
