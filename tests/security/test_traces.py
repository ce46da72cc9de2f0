"""One trace id leads from a request through the gateway, the service, its messages and what they cause."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import LogCapture

from shared.contracts import ServiceName
from shared.db import asyncpg_url
from tests.conftest import Ground
from tests.security.conftest import Neighbours
from tests.security.house import Services
from tests.security.makers import ROWS
from tests.security.operations import operations

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
OPERATIONS = operations()


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged meanwhile."""
    configuration, captured = structlog.get_config(), LogCapture()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, captured])
    yield captured.entries  # pyright: ignore[reportReturnType] - mutable mappings, and these are dicts
    structlog.configure(**configuration)


async def waiting(ground: Ground, service: ServiceName) -> list[tuple[str, str | None]]:
    """Type and trace of what lies in a service's outbox."""
    engine = create_async_engine(asyncpg_url(ground.relay_url))
    async with engine.connect() as connection:
        query = text(f"SELECT envelope->>'type', envelope->>'trace' FROM {service}.outbox ORDER BY message_id")  # noqa: S608 - a ServiceName
        rows = [(row[0], row[1]) for row in await connection.execute(query)]
    await engine.dispose()
    return rows


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("organizations_update", {"gateway.organization_changed", "gateway.audit_recorded"}),
        ("events_open", {"gateway.event_occurred", "gateway.audit_recorded"}),
        ("requests_resolve", {"gateway.event_occurred", "gateway.audit_recorded"}),
    ],
)
async def test_a_request_leaves_one_trace_everywhere(
    name: str,
    expected: set[str],
    neighbours: Neighbours,
    services: Services,
    own_ground: Ground,
    lines: list[dict[str, Any]],
) -> None:
    operation, owner = OPERATIONS[name], neighbours.owner
    attempt = await ROWS[name].make(owner)
    await services.drain()
    lines.clear()
    answer = await owner.client.request(
        operation.method, operation.address.format_map(attempt.path), json=attempt.body, headers=PARENT
    )
    assert answer.is_success, answer.text
    (served,) = [line for line in lines if line["event"] == "request" and line.get("trace") == TRACE]
    assert served["request_id"] == answer.headers["x-request-id"]
    told = {kind for kind, trace in await waiting(own_ground, operation.service) if trace and TRACE in trace}
    assert told >= expected
    await services.drain()
    taken = [line for line in lines if line["event"] == "message" and line.get("trace") == TRACE]
    assert {line["message_type"] for line in taken} >= expected
    assert "canary" not in json.dumps(lines, default=str)


async def test_what_a_message_causes_carries_its_trace(
    neighbours: Neighbours, services: Services, lines: list[dict[str, Any]]
) -> None:
    """A publication goes from the request over a message to the publisher itself to its delivery and the event of it."""
    attempt = await ROWS["publications_publish"].make(neighbours.owner)
    await services.drain()
    lines.clear()
    operation = OPERATIONS["publications_publish"]
    answer = await neighbours.owner.client.post(operation.address.format_map(attempt.path), headers=PARENT)
    assert answer.is_success, answer.text
    await services.drain()
    traced = {line.get("message_type") for line in lines if line["event"] == "message" and line.get("trace") == TRACE}
    assert traced >= {"publisher.delivery_due", "gateway.event_occurred"}


async def test_who_signs_in_leaves_a_trace_too(
    services: Services, neighbours: Neighbours, lines: list[dict[str, Any]]
) -> None:
    async with services.client() as client:
        refused = await client.post(
            "/v1/auth/login", json={"sign_in_name": "a@b.c", "password": "x" * 12}, headers=PARENT
        )
    assert refused.status_code in {401, 422}
    assert [line["trace"] for line in lines if line["event"] == "request"] == [TRACE]
