"""Calls, replies and hooks against the networks' official schemas; raises when something does not fit.

Used for the stand-ins' replies and for the connectors' calls. Where the schemas are absent the test is skipped.
"""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from tests.contract.references import max as max_reference
from tests.contract.references import ok, telegram, vk
from tests.contract.references.folder import JsonObject, as_object


def validate_call(network: str, method: str, params: Mapping[str, object]) -> None:
    """`method` as the network names it: sendMessage, wall.post, `POST /messages`."""
    given = cast("JsonObject", dict(params))
    match network:
        case "telegram":
            telegram.check_call(method, given)
        case "vk":
            vk.check_call(method, given)
        case "max":
            max_reference.check_call(method, given)
        case _:
            raise LookupError(network)


def validate_reply(network: str, method: str, reply: JsonValue, status: int = 200) -> None:
    """`status` is looked at where the body does not tell success from failure."""
    match network:
        case "telegram":
            telegram.check_reply(method, as_object(reply))
        case "vk":
            vk.check_reply(method, as_object(reply))
        case "max":
            max_reference.check_reply(method, reply, status)
        case _:
            raise LookupError(network)


def validate_hook(network: str, body: Mapping[str, object]) -> None:
    """The body that a network sends to a registered hook."""
    given = cast("JsonObject", dict(body))
    match network:
        case "telegram":
            telegram.check_hook(given)
        case "vk":
            vk.check_hook(given)
        case "max":
            max_reference.check_hook(given)
        case "ok":
            ok.check_hook(given)
        case _:
            raise LookupError(network)
