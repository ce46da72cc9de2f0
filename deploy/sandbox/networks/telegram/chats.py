"""Where a bot may write: the channels that it administers, and people who wrote to it first."""

from dataclasses import dataclass

from deploy.sandbox.limits import Rate
from deploy.sandbox.networks.telegram.errors import bad_request, flood, forbidden
from deploy.sandbox.networks.telegram.views import NETWORK, channel_chat, discussion_chat, private_chat
from deploy.sandbox.records import Bot, Community, MessageKind, Person
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import JsonObject, Refusal

PER_BOT = Rate(per_second=30, burst=30)
PER_CHAT = Rate(per_second=1, burst=3)  # "short bursts" are allowed by the documentation
PER_GROUP = Rate(per_second=20 / 60, burst=20)


@dataclass(frozen=True)
class Caller:
    """A bot at work: who calls, and what came with the call."""

    sandbox: Sandbox
    bot: Bot
    files: dict[str, bytes]


@dataclass(frozen=True)
class Target:
    """A chat that a bot has named: a channel or a person."""

    id: int
    kind: MessageKind
    owner_id: int
    community: Community | None
    person: Person | None

    @property
    def is_discussion(self) -> bool:
        """A channel's discussion group, where there are comments instead of posts."""
        return self.community is not None and self.id == self.community.discussion_id

    @property
    def chat(self) -> JsonObject:
        if self.community is None:
            return private_chat(self.person) if self.person else {"id": self.id, "type": "private"}
        return discussion_chat(self.community) if self.is_discussion else channel_chat(self.community)


def find_chat(caller: Caller, chat_id: int | str) -> Target:
    """Raises the original's 400 for a chat that the bot cannot know of."""
    world = caller.sandbox.world
    if isinstance(chat_id, str):
        community = world.community_by_handle(NETWORK, chat_id.removeprefix("@")) if chat_id.startswith("@") else None
    else:
        community = world.communities.get(NETWORK, chat_id)
    group = next((c for c in world.communities if c.network == NETWORK and c.discussion_id == chat_id), None)
    if group is not None and group.discussion_id is not None:
        return Target(group.discussion_id, MessageKind.POST, group.id, group, None)
    if community is not None:
        return Target(community.id, MessageKind.POST, community.id, community, None)
    person = world.people.get(NETWORK, chat_id)
    if person is None:
        raise bad_request("chat not found")
    return Target(person.id, MessageKind.DIRECT, caller.bot.id, None, person)


def may_write(caller: Caller, chat_id: int | str) -> Target:
    """The chat to write to. Raises 400, 403, and 429 when it is written to too often."""
    target = find_chat(caller, chat_id)
    if target.community is not None and target.community.bot_id != caller.bot.id:
        raise forbidden("bot is not a member of the channel chat")
    if target.person is not None:
        dialog = caller.sandbox.world.dialogs.get(NETWORK, caller.bot.id, target.person.id)
        if dialog is None:
            raise forbidden("bot can't initiate conversation with a user")
    _hold_to_limits(caller, target)
    return target


def may_write_posts(caller: Caller, chat_id: int | str) -> Target:
    """The chat, unless it is a discussion group: the stand-in has answers in text there and nothing else."""
    target = may_write(caller, chat_id)
    if target.is_discussion:
        raise bad_request("in a discussion group the stand-in takes answers in text alone")
    return target


def _hold_to_limits(caller: Caller, target: Target) -> None:
    limits = caller.sandbox.limits
    chat = f"telegram:{caller.bot.id}:{target.id}"
    waits = [limits.take(f"telegram:{caller.bot.id}", PER_BOT), limits.take(chat, PER_CHAT)]
    if target.community is not None:
        waits.append(limits.take(f"{chat}:minute", PER_GROUP))
    wait = max((w for w in waits if w is not None), default=None)
    if wait is not None:
        raise Refusal(flood(wait))
