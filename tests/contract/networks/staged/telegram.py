"""Telegram in the conformance suite."""

from typing import cast

from tests.contract.networks.staged.staging import Json, Sight, Staging, Tells, bots_token, parsed
from tests.contract.references import telegram
from tests.contract.references.folder import JsonObject


def _sent(_: Sight, params: Json) -> Json:
    """Files stand beside the parameters under names of ours."""
    return {name: parsed(value) for name, value in params.items() if not name.startswith("image")}


def _check_call(method: str, params: Json) -> None:
    telegram.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, _: int) -> None:
    telegram.check_reply(method, cast("JsonObject", reply))


STAGING = Staging(
    secrets=bots_token,
    posting="sendMessage",
    photo_posting="sendPhoto",
    writing="sendMessage",
    poll_posting="sendPoll",
    repost_posting="forwardMessage",
    answers_comments=True,
    edits=True,
    withdraws=True,
    withdrawing="deleteMessage",
    answering="sendMessage",
    sets_menu=True,
    tells=frozenset(Tells) - {Tells.COMMENT_REMOVALS},
    calls=frozenset(
        {
            "getMe",
            "getChat",
            "getChatMember",
            "getChatMemberCount",
            "sendMessage",
            "sendPhoto",
            "sendMediaGroup",
            "setWebhook",
            "createChatInviteLink",
            "sendPoll",
            "forwardMessage",
            "editMessageText",
            "editMessageCaption",
            "deleteMessage",
            "deleteMessages",
            "setMyCommands",
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    sent=_sent,
)
