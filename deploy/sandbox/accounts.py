"""Opening accounts on the stand-ins: people, bots, communities and their tokens."""

import hashlib
from dataclasses import dataclass

from deploy.sandbox.network import Network
from deploy.sandbox.records import Bot, Community, Credential, CredentialKind, Person
from deploy.sandbox.sandbox import Sandbox


class AccountError(ValueError):
    """The account cannot be opened; the message says why."""


@dataclass(frozen=True)
class NewCommunity:
    title: str
    handle: str
    description: str = ""
    followers: int = 0
    bot_id: int | None = None
    token: str | None = None
    user_token: str | None = None
    has_stories: bool = True


def open_person(sandbox: Sandbox, network: str, first_name: str, last_name: str, username: str | None) -> Person:
    """A person; the same username again is the same person."""
    world = sandbox.world
    known = next((p for p in world.people if p.network == network and username and p.username == username), None)
    if known is not None:
        return known
    number = sandbox.networks[network].new_account_id(world)
    return world.people.put(
        Person(network=network, id=number, first_name=first_name, last_name=last_name, username=username)
    )


def open_bot(sandbox: Sandbox, network: str, name: str, username: str, token: str | None) -> Bot:
    """A bot; the same username again is the same bot. Raises AccountError."""
    world, stand_in = sandbox.world, sandbox.networks[network]
    if not stand_in.has_bots:
        raise AccountError(f"{stand_in.title} has no bots here: a community answers for itself")
    known = next((b for b in world.bots if b.network == network and b.username == username), None)
    if known is not None:
        return known
    bot_id = _token_subject(stand_in, token, CredentialKind.BOT) or stand_in.new_account_id(world)
    if world.bots.get(network, bot_id) is not None:
        raise AccountError("the token is somebody else's")
    bot = Bot(network=network, id=bot_id, name=name, username=username)
    keep_token(sandbox, network, CredentialKind.BOT, bot_id, username, token)
    return world.bots.put(bot)


def open_community(sandbox: Sandbox, network: str, order: NewCommunity) -> Community:
    """A community with whoever posts to it; the same handle again is the same community. Raises AccountError."""
    world, stand_in = sandbox.world, sandbox.networks[network]
    known = world.community_by_handle(network, order.handle)
    if known is not None:
        return known
    bot_id: int | None = None
    if stand_in.has_bots:
        if order.bot_id is not None and world.bots.get(network, order.bot_id) is None:
            raise AccountError("there is no such bot")
        bot_id = order.bot_id or open_bot(sandbox, network, order.title, f"{order.handle}_bot", order.token).id
    elif order.bot_id is not None:
        raise AccountError(f"{stand_in.title} has no bots here")
    community = Community(
        network=network,
        id=stand_in.new_community_id(world),
        title=order.title,
        handle=order.handle,
        description=order.description,
        followers=order.followers,
        bot_id=bot_id,
        has_stories=order.has_stories,
    )
    if CredentialKind.COMMUNITY in stand_in.credential_kinds:
        community = _with_own_tokens(sandbox, community, order)
    if network == "telegram":
        discussion_id = stand_in.new_community_id(world)
        community = community.model_copy(update={"discussion_id": discussion_id})
    return world.communities.put(community)


def keep_token(
    sandbox: Sandbox, network: str, kind: CredentialKind, subject_id: int, label: str, token: str | None
) -> Credential:
    """Register a token, the given one or a new one. Raises AccountError when it is malformed or somebody else's."""
    stand_in = sandbox.networks[network]
    _token_subject(stand_in, token, kind)
    chosen = token or stand_in.new_token(kind, subject_id, label)
    known = sandbox.world.credentials.get(network, chosen)
    if known is not None and (known.kind, known.subject_id) != (kind, subject_id):
        raise AccountError("the token is somebody else's")
    return sandbox.world.credentials.put(Credential(network=network, token=chosen, kind=kind, subject_id=subject_id))


def _with_own_tokens(sandbox: Sandbox, community: Community, order: NewCommunity) -> Community:
    """A VK community: its own token, and a manager with a token for what the community's cannot do."""
    if CredentialKind.USER not in sandbox.networks[community.network].credential_kinds:
        keep_token(sandbox, community.network, CredentialKind.COMMUNITY, community.id, order.handle, order.token)
        return community
    manager = open_person(sandbox, community.network, "Администратор", community.title, f"{order.handle}_admin")
    keep_token(sandbox, community.network, CredentialKind.COMMUNITY, community.id, order.handle, order.token)
    keep_token(sandbox, community.network, CredentialKind.USER, manager.id, order.handle, order.user_token)
    code = hashlib.sha256(f"confirmation {order.handle}".encode()).hexdigest()[:8]
    return community.model_copy(update={"manager_id": manager.id, "confirmation_code": code})


def _token_subject(stand_in: Network, token: str | None, kind: CredentialKind) -> int | None:
    if token is None:
        return None
    try:
        return stand_in.token_subject(token, kind)
    except ValueError as error:
        raise AccountError(str(error)) from error
