"""One example of every message, as it once lay in an outbox. It must parse for ever: a golden file is never changed.

A field that is renamed or gets another meaning is a new version of the message, with a golden file of its own.
"""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import JsonValue

from shared.contracts import MESSAGES, Envelope, Message, ServiceName, gateway, publisher, requests, surveys

HERE = Path(__file__).parent
GOLDENS = sorted(HERE.glob("*.json"))
OWNERS: dict[ServiceName, ModuleType] = {
    ServiceName.GATEWAY: gateway,
    ServiceName.PUBLISHER: publisher,
    ServiceName.REQUESTS: requests,
    ServiceName.SURVEYS: surveys,
}


def every_message(kind: type[Message] = Message) -> set[type[Message]]:
    inner = [every_message(one) for one in kind.__subclasses__()]
    return {one for one in {kind}.union(*inner) if one.__module__.startswith("shared.contracts.")} - {Message}


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.stem)
def test_what_was_once_sent_parses_for_ever(golden: Path) -> None:
    envelope = Envelope.model_validate_json(golden.read_bytes())
    assert golden.name == f"{envelope.type}.v{envelope.version}.json"
    message = MESSAGES[envelope.type].model_validate(envelope.payload)
    understood = message.model_dump(mode="json")
    assert _told(understood, envelope.payload) == envelope.payload  # nothing is passed over
    assert envelope.destination in message.destinations


def _told(understood: JsonValue, payload: JsonValue) -> JsonValue:
    """Of what was understood that which the example names: fields that came later have their defaults."""
    if isinstance(payload, dict) and isinstance(understood, dict):
        return {name: _told(understood.get(name), value) for name, value in payload.items()}
    if isinstance(payload, list) and isinstance(understood, list) and len(payload) == len(understood):
        return [_told(one, other) for one, other in zip(understood, payload, strict=True)]
    return understood


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=MESSAGES)
def test_every_version_of_every_message_has_its_example(kind: type[Message]) -> None:
    names = {golden.name for golden in GOLDENS}
    assert names >= {f"{kind.type}.v{version}.json" for version in range(1, kind.version + 1)}
    newest = Envelope.model_validate_json((HERE / f"{kind.type}.v{kind.version}.json").read_bytes())
    required = {name for name, field in kind.model_fields.items() if field.is_required()}
    assert required <= set(newest.payload)


def test_every_message_is_known_by_its_type_and_named_for_its_owner() -> None:
    assert set(MESSAGES.values()) == every_message()
    for name, kind in MESSAGES.items():
        owner = OWNERS[ServiceName(name.split(".", maxsplit=1)[0])]
        assert kind.type == name
        assert kind.__module__ == owner.__name__ or kind.__module__.startswith(f"{owner.__name__}.")
        assert kind.destinations


def consumed_by(service: ServiceName) -> set[type[Message]]:
    worker = importlib.import_module(f"services.{service}.worker")
    return {consumer.message for consumer in worker.consumers()}


@pytest.mark.parametrize("service", ServiceName)
def test_a_service_consumes_what_is_sent_to_it_and_nothing_else(service: ServiceName) -> None:
    assert consumed_by(service) == {kind for kind in MESSAGES.values() if service in kind.destinations}


@pytest.mark.parametrize("service", ServiceName)
def test_no_message_has_two_consumers_in_one_service(service: ServiceName) -> None:
    """The second would never run."""
    worker = importlib.import_module(f"services.{service}.worker")
    types = [consumer.message.type for consumer in worker.consumers()]
    assert len(types) == len(set(types))
