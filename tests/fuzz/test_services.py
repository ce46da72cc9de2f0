"""Schemathesis over every operation of every service: whatever is sent, the answer is one that the document promises.

Half of what fits the schemas is sent to resources that are there, in the state in which the operation may succeed; the
rest to ids of nothing. `VMESTE_FUZZ_EXAMPLES` says how many requests of each kind an operation gets.
"""

# schemathesis leaves its generics open:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingTypeArgument=false

import asyncio
import os
from collections.abc import Callable
from copy import deepcopy
from typing import Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_dict
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.contracts import ServiceName
from shared.identity import HEADER, Caller, CallerKind, Grant, IdentitySigner, private_key
from shared.permissions import Role
from tests.conftest import SIGNING_KEY
from tests.e2e.serving import loopback_listener, served
from tests.security.attempts import Attempt
from tests.security.house import Branch, Services
from tests.security.makers import ROWS
from tests.security.operations import ENDLESS, Json, operations

pytestmark = pytest.mark.fuzz
OPERATIONS = operations()
EXAMPLES: Final = int(os.environ.get("VMESTE_FUZZ_EXAMPLES", "25"))
CHECKS: Final[list[CheckFunction]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The gateway has as many operations as the others together: its short form is the stateful run over the whole API.
SERVICES: Final = [one for one in ServiceName if one is not ServiceName.GATEWAY or not os.environ.get("VMESTE_SHORT")]
ENDING: Final = frozenset({"auth_other_sessions_delete"})  # it would end the session by which resources are made
Send = Callable[[Case, list[CheckFunction]], None]
QUIETLY: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    print_blob=False,
)


def without_sign_in(document: Json) -> Json:
    """The service asks for the gateway's identity instead; requests that only lack a token would tell nothing."""
    document = deepcopy(document)
    del document["components"]["securitySchemes"]
    for item in document["paths"].values():
        for operation in item.values():
            del operation["security"]
    return document


def with_ids_of(case: Case, attempt: Attempt) -> None:
    """Put ids of what is there where the case has ids of nothing."""
    for slot in OPERATIONS[case.operation.definition.raw["operationId"]].slots:
        if slot.place == "path":
            case.path_parameters[slot.name] = attempt[slot]
        elif slot.place == "query" and slot.name in case.query:
            case.query[slot.name] = attempt[slot]
        elif slot.place == "body" and isinstance(case.body, dict) and slot.name in case.body:
            case.body[slot.name] = attempt[slot]


def fuzzed(operation: APIOperation, mode: GenerationMode, send: Send, attempt: Attempt | None) -> None:
    @QUIETLY
    @given(case=operation.as_strategy(mode), there=st.booleans())
    def run(case: Case, there: bool) -> None:
        if there and attempt is not None:
            with_ids_of(case, attempt)
            send(case, CHECKS)  # an id may have been what was wrong
        else:
            send(case, [*CHECKS, negative_data_rejection])

    run()


def can_be(mode: GenerationMode, operation: APIOperation) -> bool:
    """Where nothing can be sent, nothing wrong can, and any text is a right `If-None-Match`."""
    described: Json = operation.definition.raw
    checked = {parameter["name"] for parameter in described.get("parameters", [])} - {"If-None-Match"}
    return mode is GenerationMode.POSITIVE or bool(checked or described.get("requestBody"))


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_as_documented(
    service: ServiceName, mode: GenerationMode, services: Services, branch: Branch
) -> None:
    app = services.apps[service]
    caller = Caller(
        CallerKind.PERSON, branch.tenant_id, UUID(branch.chair), (Grant(Role.CHAIR, UUID(branch.organization)),)
    )
    headers = {
        HEADER: IdentitySigner(private_key(SIGNING_KEY)).sign(service, caller, services.runtime(service).clock.now())
    }
    schema = from_dict(without_sign_in(app.openapi()))
    listener, address = loopback_listener()
    found: list[Exception] = []

    def send(case: Case, checks: list[CheckFunction]) -> None:
        answer = case.call(base_url=address, headers=headers)
        case.validate_response(answer, checks=checks)

    async with served(app, listener, lifespan="off"):
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            name: str = operation.definition.raw["operationId"]
            if name in ENDLESS | ENDING or not can_be(mode, operation):
                continue
            await services.drain()  # so that every service has heard of what was changed before
            attempt = await ROWS[name].make(branch) if name in ROWS else None
            try:
                await asyncio.to_thread(fuzzed, operation, mode, send, attempt)
            except Exception as error:  # noqa: BLE001 - all are told at the end
                found.append(error)
    if found:
        raise ExceptionGroup(f"{service} answers otherwise", found)
