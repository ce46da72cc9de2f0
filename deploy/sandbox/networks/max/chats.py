"""Where a MAX bot may write: the channels that it administers, and dialogs that a person began."""

from dataclasses import dataclass

from deploy.sandbox.limits import Rate
from deploy.sandbox.networks.max.errors import TOO_MANY, denied, not_found
from deploy.sandbox.networks.max.views import NETWORK
from deploy.sandbox.records import Bot, Community, Dialog, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Refusal, Reply
from deploy.sandbox.world import World

PER_BOT = Rate(per_second=30, burst=30)
PER_CHAT = Rate(per_second=2, burst=2)


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    bot: Bot

    @property
    def world(self) -> World:
        return self.sandbox.world


@dataclass(frozen=True)
class Target:
    kind: MessageKind
    chat_id: int
    owner_id: int
    community: Community | None
    dialog: Dialog | None


def find_chat(caller: Caller, chat_id: int) -> Target:
    """Raises 404 for a chat that is not there, 403 for one that is not the bot's."""
    community = caller.world.communities.get(NETWORK, chat_id)
    if community is not None:
        if community.bot_id != caller.bot.id:
            raise denied("The bot is not a member of the chat")
        return Target(MessageKind.POST, community.id, community.id, community, None)
    dialogs = (d for d in caller.world.dialogs if d.network == NETWORK and d.chat_id == chat_id)
    dialog = next(dialogs, None)
    if dialog is None:
        raise not_found(f"Chat {chat_id} not found")
    if dialog.owner_id != caller.bot.id:
        raise denied("The bot is not a member of the chat")
    return Target(MessageKind.DIRECT, dialog.chat_id, caller.bot.id, None, dialog)


def find_dialog(caller: Caller, person_id: int) -> Target:
    dialog = caller.world.dialogs.get(NETWORK, caller.bot.id, person_id)
    if dialog is not None:
        return Target(MessageKind.DIRECT, dialog.chat_id, caller.bot.id, None, dialog)
    if caller.world.people.get(NETWORK, person_id) is None:
        raise not_found(f"User {person_id} not found")
    raise denied("The user has not started the bot")


def hold_to_chat_limit(caller: Caller, target: Target) -> None:
    wait = caller.sandbox.limits.take(f"max:{caller.bot.id}:{target.chat_id}", PER_CHAT)
    if wait is not None:
        raise Refusal(Reply(TOO_MANY.body, TOO_MANY.status))


def hold_to_bot_limit(caller: Caller) -> None:
    if caller.sandbox.limits.take(f"max:{caller.bot.id}", PER_BOT) is not None:
        raise Refusal(TOO_MANY)
