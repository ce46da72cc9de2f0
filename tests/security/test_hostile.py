"""Bodies that no client of good will sends: every route refuses them by itself, and nothing comes of them."""

import json
from collections.abc import Iterator

import pytest

from tests.security.attempts import seen
from tests.security.conftest import Neighbours
from tests.security.makers import ROWS
from tests.security.operations import Json, example_of, filled_in, operations

OPERATIONS = operations()
WITH_BODY = sorted(one.id for one in OPERATIONS.values() if one.body is not None and not one.of_the_platform)
OF_THE_DOMAIN = {("notification_settings_update", "ways is an object for anything"): "notification.unknown_kind"}
"""What a schema cannot know: it is refused by a rule."""
IN_A_FIELD = {
    "beyond a float": "1e400",
    "a NUL": '"a\\u0000b"',
    "half a character": '"\\ud800"',
    "an object for anything": '{"$ne": null}',
}
IN_ONE_FIELD = {
    "not a number": "NaN",
    "endless": "-Infinity",
    "beyond an integer": "9" * 5000,
    "a tower": "[" * 10_000 + "]" * 10_000,
}
WHOLE = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a word": b'"body"',
    "brackets": b"[" * 10_000,
    "no text": b"\xff\xfe{}",
    "no JSON": b"<xml/>",
    "two": b"{} {}",
}


LONGER_THAN_ANY = "я" * 50_000  # no field takes half of that
LEFT_OUT = frozenset({"nothing", "null"})


def broken(body: Json) -> Iterator[tuple[str, bytes]]:
    """A valid body with one field gone wrong, for every field."""
    for place, field in enumerate(body):
        rest = "".join(f", {json.dumps(name)}: {json.dumps(value)}" for name, value in body.items() if name != field)
        for what, value in (IN_A_FIELD if place else IN_A_FIELD | IN_ONE_FIELD).items():
            yield f"{field} is {what}", f'{{"{field}": {value}{rest}}}'.encode()
        again = json.dumps(body[field])
        yield f"{field} twice", f'{{"{field}": {again}, "{field}": {again}{rest}}}'.encode()


@pytest.mark.parametrize("name", WITH_BODY)
async def test_a_hostile_body_is_refused(name: str, neighbours: Neighbours) -> None:
    operation, owner = OPERATIONS[name], neighbours.owner
    address, body, watch = filled_in(operation), example_of(operation), list[str]()
    if name in ROWS:
        attempt = await ROWS[name].make(owner)
        address, body, watch = operation.address.format_map(attempt.path), attempt.body, [*attempt.watch]
    assert body is not None
    before = await seen(owner, watch)
    headers = {"content-type": "application/json"}
    for what, content in [*WHOLE.items(), *broken(body)]:
        if what in LEFT_OUT and not operation.needs_body:
            continue
        answer = await owner.client.request(operation.method, address, content=content, headers=headers)
        code = OF_THE_DOMAIN.get((name, what), "invalid")
        assert (answer.status_code, answer.json()["code"]) == (422, code), (what, answer.text)
    long = {field: LONGER_THAN_ANY for field, value in body.items() if isinstance(value, str)}
    for field, value in long.items():
        answer = await owner.client.request(operation.method, address, json={**body, field: value})
        assert answer.status_code == 422, field
    too_large = await owner.client.request(operation.method, address, content=b"[" * 1_000_001, headers=headers)
    assert (too_large.status_code, too_large.json()["code"]) == (413, "too_large")
    assert await seen(owner, watch) == before
