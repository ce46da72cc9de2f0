"""What every stand-in network offers to the rest: one class per network, named in the registry."""

from abc import ABC, abstractmethod
from typing import ClassVar

from starlette.routing import BaseRoute

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.records import CredentialKind, Hook, MessageKind, WaitingUpdate
from deploy.sandbox.wire import Call, JsonObject, Reply
from deploy.sandbox.world import World


class Network(ABC):
    name: ClassVar[str]
    title: ClassVar[str]
    has_bots: ClassVar[bool]  # channels have an administrator bot; a VK community answers for itself
    credential_kinds: ClassVar[frozenset[CredentialKind]]
    keeps_news: ClassVar[bool] = False

    @abstractmethod
    def routes(self) -> list[BaseRoute]:
        """The network's API, under its own prefix."""

    async def start(self) -> None:  # noqa: B027 - most are served by the app alone
        """Open what is no part of the app."""

    async def stop(self) -> None:  # noqa: B027 - as above
        """Close it again."""

    @abstractmethod
    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        """How this network words an ordered fault."""

    @abstractmethod
    def new_community_id(self, world: World) -> int: ...

    @abstractmethod
    def new_account_id(self, world: World) -> int:
        """An id for a person or a bot: both are of one series."""

    @abstractmethod
    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        """A well-formed token, the same for the same label: written-down examples stay true."""

    @abstractmethod
    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        """The account that a well-formed token names itself, else None. Raises ValueError when it is malformed."""

    @abstractmethod
    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        """Number and public id of the next message."""

    @abstractmethod
    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int: ...

    @abstractmethod
    def updates(self, world: World, event: Event) -> list[Update]:
        """What the network tells of `event`: nothing, for what it keeps to itself."""

    @abstractmethod
    def wants(self, hook: Hook, event: str) -> bool: ...

    @abstractmethod
    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        """The body that is sent to `hook`."""

    @abstractmethod
    def hook_headers(self, hook: Hook) -> dict[str, str]: ...

    def hook_signature(self, hook: Hook, content: bytes) -> dict[str, str]:  # noqa: ARG002 - most networks sign nothing
        """Headers that sign what a hook is sent."""
        return {}

    @abstractmethod
    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        """Whether the hook's answer ends the sending of `update`."""


class HooklessNetwork(Network):
    """It calls nobody: its `updates` are kept as news until it is asked for them."""

    keeps_news: ClassVar[bool] = True

    def wants(self, hook: Hook, event: str) -> bool:
        del hook, event
        return False

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        del hook, number
        return update.body

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        del hook
        return {}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        del world, hook, update, status, text
        return True
