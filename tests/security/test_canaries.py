"""What people write is theirs: it comes back in no error, stands in no log line and in nothing kept of a failure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from httpx import URL

from services.gateway import worker as gateway_worker
from services.publisher import worker as publisher_worker
from services.publisher.networks.accounts import Network
from services.requests import worker as requests_worker
from services.surveys import worker as surveys_worker
from shared.contracts import Message, ServiceName
from shared.testing.envelopes import enveloped
from tests.security.attempts import Attempt
from tests.security.conftest import Neighbours
from tests.security.house import done
from tests.security.makers import ROWS, publisher
from tests.security.operations import filled_in, operations

OPERATIONS = operations()
CANARY: Final = "canary7f3a"
NO_NAME: Final = f"{CANARY} Котова"  # a pointer to an unknown field names it, if it could be a field's name at all
WORDS: Final = frozenset(
    {
        *("family_name", "given_name", "additional_name", "name", "display_name"),
        *("title", "text", "topic", "description", "place", "enterprise", "greeting", "union", "alt_text"),
        *("token", "password", "comment"),
        *("evidence", "what_happened", "measures"),
    }
)
"""Fields that take any words."""
WORD_LISTS: Final = frozenset({"words"})
"""Fields that take lists of them."""


def with_canary(part: Any) -> Any:
    """The same body with the canary in all its words."""
    if isinstance(part, dict):
        return {name: f"{value}{CANARY}" if name in WORDS else with_canary(value) for name, value in part.items()}  # pyright: ignore[reportUnknownVariableType] - it goes into JSON
    return [with_canary(one) for one in part] if isinstance(part, list) else part  # pyright: ignore[reportUnknownVariableType] - as above


def spoiled(attempt: Attempt) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ways to be refused with the canary in hand."""
    body = attempt.body or {}
    for field in body:
        yield f"{field} of another kind", {"json": {**body, field: {NO_NAME: CANARY}}}
        word: list[object] = [[CANARY]] if field in WORD_LISTS else [CANARY]
        yield f"{field} is a word", {"json": {**body, field: word}}
    yield "an unknown field", {"json": {**body, NO_NAME: CANARY}}
    yield "no JSON", {"content": f'{{"{CANARY}": '.encode(), "headers": {"content-type": "application/json"}}
    yield "an unknown token", {"json": body, "headers": {"authorization": f"Bearer {CANARY}"}}
    yield "another kind of content", {"content": CANARY.encode(), "headers": {"content-type": CANARY}}


_PARAMETER: Final = re.compile(r"{\w+}")
HEADERS: Final[dict[str, str]] = dict.fromkeys(
    ["if-match", "idempotency-key", "registration-token", "x-request-id", "user-agent", "traceparent"], CANARY
)
CONSUMED: Final = {
    ServiceName.GATEWAY: gateway_worker.consumers(),
    ServiceName.PUBLISHER: publisher_worker.consumers(),
    ServiceName.REQUESTS: requests_worker.consumers(),
    ServiceName.SURVEYS: surveys_worker.consumers(),
}
MESSAGES: Final = [
    pytest.param(service, consumer.message, id=f"{service} {consumer.message.type}")
    for service, consumers in CONSUMED.items()
    for consumer in consumers
    if consumer.message.model_fields
]


@pytest.fixture
def silent(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Something was logged meanwhile, and the canary was not in it."""
    caplog.set_level("INFO")
    yield
    lines = capsys.readouterr().out + caplog.text
    assert "request" in lines
    assert CANARY not in lines


@pytest.mark.parametrize("name", sorted(name for name in ROWS if OPERATIONS[name].body is not None))
@pytest.mark.usefixtures("silent")
async def test_no_error_and_no_log_line_quotes_a_body(name: str, neighbours: Neighbours) -> None:
    operation, owner = OPERATIONS[name], neighbours.owner
    attempt = await ROWS[name].make(owner)
    address = operation.address.format_map(attempt.path)
    for what, sent in spoiled(attempt):
        refused = await owner.client.request(operation.method, address, **sent)
        assert refused.is_error, what
        assert CANARY not in refused.text, (what, refused.text)
        assert CANARY not in str(refused.headers), what
    taken = await replace(attempt, body=with_canary(attempt.body)).send(operation, owner.client)
    assert taken.is_success, taken.text


@pytest.mark.usefixtures("silent")
async def test_no_log_line_quotes_an_address_or_a_header(neighbours: Neighbours) -> None:
    for operation in OPERATIONS.values():
        spoiled_address = _PARAMETER.sub(CANARY, operation.address)
        for address in (spoiled_address, filled_in(operation)):
            answer = await neighbours.owner.client.request(
                operation.method, address, params={"after": CANARY, NO_NAME: CANARY}, headers=HEADERS
            )
            said = answer.text.replace(spoiled_address, "")  # a problem's `instance` is what was called
            assert CANARY not in said, (operation.id, said)


@pytest.mark.usefixtures("silent")
async def test_what_the_networks_tell_is_in_no_log_line(neighbours: Neighbours) -> None:
    """A direct message on its way from the network's hook to the request that it becomes."""
    asked, services = neighbours.stranger, neighbours.stranger.services
    await publisher.channel(asked)
    await services.drain()
    hook = services.networks[Network.TELEGRAM].hooks[-1]
    update = {"id": "1", "user": CANARY, "kind": "message", "name": NO_NAME, "text": f"{CANARY} помогите"}
    async with services.client() as network:
        for content in ([update], [{NO_NAME: CANARY}], CANARY):
            refused = await network.post(URL(hook.url).path, json=content, headers={"x-secret": hook.secret})
            assert CANARY not in refused.text
    await services.drain()
    (request,) = done(await asked.client.get("/v1/requests", params={"limit": "1"}))["items"]
    assert request["requester"]["display_name"] == NO_NAME, "it did arrive"


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize(("service", "message"), MESSAGES)
async def test_what_is_kept_of_a_failure_quotes_nothing(
    service: ServiceName, message: type[Message], neighbours: Neighbours
) -> None:
    """The answer to the relay becomes a dead letter's reason. A message of nothing but canaries fails everywhere."""
    await neighbours.owner.client.get("/v1/me")
    envelope = enveloped(
        message.model_construct(),
        neighbours.owner.tenant_id,
        neighbours.owner.services.runtime(service).clock.now(),
        destination=service,
    ).model_copy(update={"payload": dict.fromkeys([*message.model_fields, NO_NAME], CANARY)})
    answer = await neighbours.owner.services.house.handle(envelope)
    assert answer.error is not None
    assert CANARY not in answer.error
