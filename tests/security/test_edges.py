"""Who comes in at all: nothing is believed but what the gateway signs, and no body says who somebody is."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.clock import new_id
from shared.contracts import ServiceName
from shared.identity import HEADER, Caller, CallerKind, Grant, IdentitySigner, private_key
from shared.permissions import MATRIX, Role
from tests.conftest import SIGNING_KEY
from tests.security.attempts import seen
from tests.security.conftest import Neighbours
from tests.security.house import Services
from tests.security.makers import ROWS, standing
from tests.security.operations import ENDLESS, Operation, document, example_of, filled_in, operations, resolved

OPERATIONS = operations()
NOT_YOURS_TO_SAY: dict[str, object] = {
    "tenant_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
    "id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
    "role": "administrator",
    "status": "member",
    "state": "published",
    "version": 99,
    "grants": [],
    "created_by": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
    "is_admin": True,
    "__proto__": {},
}
each_service = pytest.mark.parametrize("service", list(ServiceName))


def of(service: ServiceName) -> list[Operation]:
    return [operation for operation in OPERATIONS.values() if operation.service is service]


def chair() -> Caller:
    """Of a union that nobody has heard of."""
    root = new_id()
    return Caller(CallerKind.PERSON, root, new_id(), (Grant(Role.CHAIR, root),))


@asynccontextmanager
async def past_the_gateway(services: Services, service: ServiceName) -> AsyncGenerator[httpx.AsyncClient, None]:
    transport = httpx.ASGITransport(services.apps[service])
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        yield client


async def call(client: httpx.AsyncClient, operation: Operation, **headers: str) -> httpx.Response:
    return await client.request(
        operation.method, filled_in(operation), json=example_of(operation), headers={"accept-language": "en", **headers}
    )


@each_service
async def test_a_service_believes_the_gateway_alone(services: Services, service: ServiceName) -> None:
    """On every route, the public ones too."""
    now = services.runtime(service).clock.now()
    stranger = IdentitySigner(Ed25519PrivateKey.generate()).sign(service, chair(), now)
    others = next(iter(set(ServiceName) - {service}))
    misdirected = IdentitySigner(private_key(SIGNING_KEY)).sign(others, chair(), now)
    forged = [
        {},
        {"authorization": f"Bearer {misdirected}"},
        {"x-user-id": str(new_id()), "x-tenant-id": str(new_id()), "x-forwarded-user": "chair"},
        {HEADER: '{"kind":"system"}'},
        {HEADER: stranger},
        {HEADER: misdirected},
    ]
    async with past_the_gateway(services, service) as client:
        for operation in of(service):
            for headers in forged:
                answer = await call(client, operation, **headers)
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), operation.id


@each_service
async def test_an_identity_from_outside_opens_nothing(
    services: Services, neighbours: Neighbours, service: ServiceName
) -> None:
    """Not even a good one, such as a log of the house could have leaked."""
    member = UUID(await neighbours.owner.person())  # who may lose all their sessions by it
    somebody = Caller(CallerKind.PERSON, neighbours.owner.tenant_id, member, chair().grants)
    identity = IdentitySigner(private_key(SIGNING_KEY)).sign(service, somebody, services.runtime(service).clock.now())
    async with past_the_gateway(services, service) as inside, services.client() as outside:
        for operation in of(service):
            if operation.public or operation.id in ENDLESS:
                continue
            assert "unauthenticated" not in (await call(inside, operation, **{HEADER: identity})).text, operation.id
            answer = await call(outside, operation, **{HEADER: identity})
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), operation.id


@each_service
async def test_a_role_does_what_the_matrix_says_and_no_more(services: Services, service: ServiceName) -> None:
    signer, now = IdentitySigner(private_key(SIGNING_KEY)), services.runtime(service).clock.now()
    root = new_id()
    async with past_the_gateway(services, service) as client:
        for role, permissions in MATRIX.items():
            caller = Caller(CallerKind.PERSON, root, new_id(), (Grant(role, root),))
            identity = signer.sign(service, caller, now)
            for operation in of(service):
                if operation.permissions:
                    answer = await call(client, operation, **{HEADER: identity})
                    refused = answer.status_code == 403
                    assert refused == (not operation.permissions & permissions), (role, operation.id, answer.text)


@pytest.mark.parametrize("name", sorted(name for name in ROWS if OPERATIONS[name].body is not None))
async def test_a_body_says_only_what_it_may(name: str, neighbours: Neighbours) -> None:
    operation, owner = OPERATIONS[name], neighbours.owner
    assert operation.body is not None
    attempt = await standing(name, owner)
    before = await seen(owner, attempt.watch)
    address = operation.address.format_map(attempt.path)
    for field in NOT_YOURS_TO_SAY.keys() - resolved(operation.body)["properties"].keys():
        body: dict[str, Any] = {**(attempt.body or {}), field: NOT_YOURS_TO_SAY[field]}
        answer = await owner.client.request(operation.method, address, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), field
        assert [error["code"] for error in answer.json()["errors"]] == ["extra_forbidden"], field
    assert await seen(owner, attempt.watch) == before


@pytest.mark.parametrize("name", sorted(name for name in ROWS if name.endswith("_list")))
async def test_a_filter_that_does_not_exist_is_refused(name: str, neighbours: Neighbours) -> None:
    """A client that believes it sees one tenant alone must not see everything instead. It is told which ones there are."""
    operation, client = OPERATIONS[name], neighbours.owner.client
    address = operation.address.format_map((await standing(name, neighbours.owner)).path)
    described = document()["paths"][operation.address]["get"]["parameters"]
    parameters = [parameter["name"] for parameter in described if parameter["in"] == "query"]
    assert (await client.get(address)).status_code == 200
    for unknown in ("tenant_id", "filter", "order_by"):
        answer = await client.get(address, params={unknown: "1"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), unknown
        (error,) = answer.json()["errors"]
        assert error["detail"].removeprefix("No such parameter; there are ").split(", ") == parameters
