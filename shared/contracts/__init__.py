"""Messages between services, one module per owning service. `MESSAGES` knows them all by type."""

from collections.abc import Mapping
from types import ModuleType

from shared.contracts import gateway, publisher, requests, surveys
from shared.contracts.message import Envelope, Message, Priority, ServiceName

__all__ = ["MESSAGES", "Envelope", "Message", "Priority", "ServiceName"]


def _messages(module: ModuleType) -> list[type[Message]]:
    """Every message that a module defines, by its name."""
    named = vars(module).values()
    return [one for one in named if isinstance(one, type) and issubclass(one, Message) and one is not Message]


MESSAGES: Mapping[str, type[Message]] = {
    message.type: message for module in (gateway, publisher, requests, surveys) for message in _messages(module)
}
