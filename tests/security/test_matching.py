"""A change that is based on what is no longer so changes nothing, whatever the operation."""

from typing import Final

import pytest

from tests.security.attempts import seen
from tests.security.conftest import Neighbours
from tests.security.makers import ROWS
from tests.security.operations import document, operations

OPERATIONS: Final = operations()
MATCHING: Final = sorted(
    described["operationId"]
    for item in document()["paths"].values()
    for described in item.values()
    if any(parameter["name"] == "If-Match" for parameter in described.get("parameters", []))
    and OPERATIONS[described["operationId"]].slots  # one's own things have tests of their own
    and not OPERATIONS[described["operationId"]].of_the_platform  # the operator's have too: test_tenants.py
)
NEVER: Final = '"987654321.0123456789abcdef"'


@pytest.mark.parametrize("name", MATCHING)
async def test_a_stale_change_changes_nothing_and_a_fresh_one_goes_through(name: str, neighbours: Neighbours) -> None:
    operation, owner = OPERATIONS[name], neighbours.owner
    attempt = await ROWS[name].make(owner)
    address, before = operation.address.format_map(attempt.path), await seen(owner, attempt.watch)
    for stale in (NEVER, f"W/{NEVER}, {NEVER}"):
        answer = await owner.client.request(
            operation.method, address, json=attempt.body, params=attempt.query, headers={"if-match": stale}
        )
        assert (answer.status_code, answer.json()["code"]) == (412, "stale"), answer.text
    wrong = await owner.client.request(
        operation.method, address, json=attempt.body, params=attempt.query, headers={"if-match": "987654321"}
    )
    assert wrong.status_code == 422
    assert await seen(owner, attempt.watch) == before
    answer = await owner.client.request(
        operation.method, address, json=attempt.body, params=attempt.query, headers={"if-match": "*"}
    )
    assert answer.is_success, answer.text
