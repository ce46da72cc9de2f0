"""Every error of every network leads somewhere, with a text that says what to do."""

import inspect
import re
from pathlib import Path

import pytest

from services.publisher import networks
from services.publisher.networks.max import errors as max_errors
from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled, Unknown
from services.publisher.networks.reasons import TEXTS, reason
from services.publisher.networks.telegram import errors as telegram_errors
from services.publisher.networks.transport import Effect
from services.publisher.networks.vk import errors as vk_errors

Expected = tuple[type[Refusal], str]

TELEGRAM: list[tuple[int, str, Expected]] = [
    (400, "Bad Request: chat not found", (Rejected, "chat_not_found")),
    (400, "Bad Request: user not found", (Rejected, "recipient_not_found")),
    (400, "Bad Request: message is too long", (Rejected, "text_too_long")),
    (400, "Bad Request: message caption is too long", (Rejected, "text_too_long")),
    (400, "Bad Request: message text is empty", (Rejected, "text_empty")),
    (400, "Bad Request: text must be non-empty", (Rejected, "text_empty")),
    (400, "Bad Request: can't parse entities: unclosed tag", (Rejected, "text_refused")),
    (400, "Bad Request: not enough rights to send text messages to the chat", (Rejected, "no_rights")),
    (400, "Bad Request: need administrator rights in the channel chat", (Rejected, "no_rights")),
    (400, "Bad Request: have no rights to send a message", (Rejected, "no_rights")),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", (Rejected, "no_rights")),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", (Rejected, "chat_moved")),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", (Rejected, "image_refused")),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", (Rejected, "image_refused")),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", (Rejected, "image_refused")),
    (400, "Bad Request: BUTTON_DATA_INVALID", (Rejected, "buttons_refused")),
    (400, "Bad Request: reply markup is too long", (Rejected, "buttons_refused")),
    (400, "Bad Request: BOT_COMMAND_INVALID", (Rejected, "buttons_refused")),
    (400, "Bad Request: message to edit not found", (Rejected, "post_gone")),
    (400, "Bad Request: message to delete not found", (Rejected, "post_gone")),
    (400, "Bad Request: MESSAGE_ID_INVALID", (Rejected, "post_gone")),
    (400, "Bad Request: message to be replied not found", (Rejected, "comment_not_found")),
    (400, "Bad Request: message to forward not found", (Rejected, "source_refused")),
    (400, "Bad Request: message can't be forwarded", (Rejected, "source_refused")),
    (400, "Bad Request: message has protected content and can't be forwarded", (Rejected, "source_refused")),
    (400, "Bad Request: message can't be edited", (Rejected, "too_late_to_change")),
    (400, "Bad Request: message can't be deleted for everyone", (Rejected, "too_late_to_change")),
    (400, "Bad Request: non-anonymous polls can't be sent to channel chats", (Rejected, "poll_refused")),
    (400, "Bad Request: something new", (Rejected, "invalid_request")),
    (401, "Unauthorized", (NeedsReauthorization, "token_invalid")),
    (404, "Not Found", (NeedsReauthorization, "token_invalid")),
    (403, "Forbidden: bot was blocked by the user", (Rejected, "recipient_blocked")),
    (403, "Forbidden: bot can't initiate conversation with a user", (Rejected, "recipient_blocked")),
    (403, "Forbidden: user is deactivated", (Rejected, "recipient_not_found")),
    (403, "Forbidden: bot is not a member of the channel chat", (Rejected, "no_rights")),
    (403, "Forbidden: bot was kicked from the channel chat", (Rejected, "no_rights")),
    (413, "Request Entity Too Large", (Rejected, "image_refused")),
    (418, "I'm a teapot", (Rejected, "refused")),
    (429, "Too Many Requests: retry after 7", (Throttled, "throttled")),
    (500, "Internal Server Error", (Unknown, "server_error")),
    (502, "Bad Gateway", (Unknown, "server_error")),
]

VK: list[tuple[int, Expected]] = [
    (1, (Retry, "server_error")),
    *((code, (NeedsReauthorization, "token_invalid")) for code in (2, 4, 5, 16, 17, 27, 28, 37, 38, 1117)),
    *((code, (NeedsReauthorization, "confirmation_wanted")) for code in (24, 25, 41, 703, 704)),
    (6, (Throttled, "throttled")),
    *((code, (Rejected, "no_rights")) for code in (7, 15, 20, 21, 203, 210, 211, 225, 917)),
    *((code, (Rejected, "refused")) for code in (23, 232, 1602)),
    *((code, (Rejected, "comments_closed")) for code in (212, 213)),
    *((code, (Rejected, "poll_refused")) for code in (250, 251, 252, 253)),
    *((code, (Rejected, "post_gone")) for code in (104, 1600)),
    *((code, (Throttled, "throttled")) for code in (9, 223, 601, 1105)),
    *((code, (Retry, "server_error")) for code in (10, 36, 43)),
    *((code, (Retry, "captcha")) for code in (14, 3300)),
    (18, (Rejected, "recipient_not_found")),
    (19, (Rejected, "content_blocked")),
    *((code, (Retry, "preparation_lost")) for code in (22, 105, 118, 121)),
    (29, (Throttled, "quota")),
    (30, (Rejected, "recipient_blocked")),
    (32, (Throttled, "throttled")),
    (100, (Rejected, "invalid_request")),
    (125, (Rejected, "chat_not_found")),
    *((code, (Rejected, "recipient_not_found")) for code in (113, 936)),
    (129, (Rejected, "image_refused")),
    (214, (Rejected, "posting_denied")),
    *((code, (Rejected, "invalid_request")) for code in (114, 913, 921, 940, 943, 969)),
    *((code, (Rejected, "recipient_blocked")) for code in (962, 985, 987, 988, 1012)),
    *((code, (Rejected, "recipient_not_found")) for code in (922, 946)),
    (925, (Rejected, "no_rights")),
    (944, (Rejected, "advertising_limit")),
    (220, (Rejected, "posting_denied")),
    *((code, (Rejected, "advertising_limit")) for code in (219, 224)),
    (222, (Rejected, "links_forbidden")),
    *((code, (Rejected, "recipient_blocked")) for code in (900, 901, 902, 945, 950)),
    *((code, (Rejected, "buttons_refused")) for code in (911, 912)),
    (914, (Rejected, "text_too_long")),
    (2000, (Rejected, "hooks_full")),
    (987_654, (Rejected, "refused")),
]

MAX: list[tuple[int, str, str, Expected]] = [
    (400, "attachment.not.ready", "", (Retry, "image_not_ready")),
    (400, "proto.payload", "text: size must be between 0 and 4000, too long", (Rejected, "text_too_long")),
    (400, "proto.payload", "Message is empty", (Rejected, "text_empty")),
    (400, "proto.payload", "Invalid attachment", (Rejected, "image_refused")),
    (400, "proto.payload", "Invalid keyboard", (Rejected, "buttons_refused")),
    (400, "proto.payload", "something new", (Rejected, "invalid_request")),
    (401, "verify.token", "Invalid access_token", (NeedsReauthorization, "token_invalid")),
    (403, "chat.denied", "chat denied", (Rejected, "no_rights")),
    (403, "chat.denied", "error.dialog.suspended", (Rejected, "recipient_blocked")),
    (404, "chat.not.found", "Chat not found", (Rejected, "chat_not_found")),
    (404, "not.found", "User not found", (Rejected, "recipient_not_found")),
    (405, "method.not.allowed", "", (Rejected, "refused")),
    (413, "", "", (Rejected, "image_refused")),
    (429, "too.many.requests", "", (Throttled, "throttled")),
    (500, "internal.error", "", (Unknown, "server_error")),
    (503, "service.unavailable", "", (Unknown, "server_error")),
]


def agree(refusal: Refusal, expected: Expected) -> None:
    kind, name = expected
    assert (type(refusal), refusal.reason.code) == (kind, f"network.{name}")
    assert refusal.reason.network_code


@pytest.mark.parametrize(("code", "description", "expected"), TELEGRAM)
def test_telegrams_errors(code: int, description: str, expected: Expected) -> None:
    failure = telegram_errors.Failure.model_validate(
        {"ok": False, "error_code": code, "description": description, "parameters": {"retry_after": 7}}
    )
    refusal = telegram_errors.refusal_of(failure, Effect.ONCE)
    agree(refusal, expected)
    if isinstance(refusal, Throttled):
        assert refusal.retry_after == 7


@pytest.mark.parametrize(("code", "expected"), VK)
def test_vks_errors(code: int, expected: Expected) -> None:
    failure = vk_errors.Failure(error_code=code, error_msg="as VK says it")
    agree(vk_errors.refusal_of(failure, Effect.KEYED), expected)


@pytest.mark.parametrize(("status", "code", "message", "expected"), MAX)
def test_maxs_errors(status: int, code: str, message: str, expected: Expected) -> None:
    failure = max_errors.Failure(code=code, message=message)
    refusal = max_errors.refusal_of(status, failure, 3.0, Effect.ONCE)
    agree(refusal, expected)
    if isinstance(refusal, Throttled):
        assert refusal.retry_after == 3


def test_no_line_of_a_table_is_shadowed_by_one_before_it() -> None:
    for table in (telegram_errors.REFUSALS, max_errors.REFUSALS):
        for index, (code, part, _) in enumerate(table):
            shadows = [earlier for known, earlier, _ in table[:index] if known == code and earlier in part]
            assert shadows == [], (code, part)


def test_every_reason_is_worded_in_both_languages_and_used() -> None:
    assert all(set(text) == {"ru", "en"} and all(text.values()) for text in TEXTS.values())
    folder = Path(inspect.getfile(networks)).parent
    code = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "reasons.py")
    unused = [name for name in TEXTS if not re.search(rf'"{name.removeprefix("network.")}"', code)]
    assert unused == []


def test_an_unknown_reason_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        reason("no_such_reason")
