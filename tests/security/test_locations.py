"""Whatever is made says where it can be read, if it can: there it is, for whoever made it, as the API document says."""

from collections.abc import AsyncGenerator
from typing import Final

import pytest
import pytest_asyncio

from tests.security.house import Branch, Services
from tests.security.makers import ROWS
from tests.security.operations import Json, document, operations

OPERATIONS: Final = operations()
_NOT_YET: Final = "request_ratings_invite"  # its link leads to a rating that nobody has given yet


def made_by(name: str) -> tuple[str, Json] | None:
    """The status and the answer of an operation that makes something."""
    one = OPERATIONS[name]
    responses: Json = document()["paths"][one.address][one.method.lower()]["responses"]
    return next(((status, responses[status]) for status in ("201", "202") if status in responses), None)


NAMES: Final = sorted(name for name in ROWS if made_by(name) is not None and not OPERATIONS[name].of_the_platform)


@pytest_asyncio.fixture(scope="session")
async def maker(services: Services) -> AsyncGenerator[Branch, None]:
    union = await services.found()
    branch = await union.branch()
    await services.drain()
    yield branch


@pytest.mark.parametrize("name", NAMES)
async def test_what_was_made_is_where_its_location_says(name: str, maker: Branch, services: Services) -> None:
    await services.drain()
    operation = OPERATIONS[name]
    attempt = await ROWS[name].make(maker)
    answer = await attempt.send(operation, maker.client)
    found = made_by(name)
    assert found is not None
    status, response = found
    assert answer.status_code == int(status), answer.text
    assert ("location" in answer.headers) is ("Location" in response.get("headers", {}))
    assert ("etag" in answer.headers) is ("ETag" in response.get("headers", {}))
    if "location" in answer.headers and name != _NOT_YET:
        read = await maker.client.get(answer.headers["location"])
        assert read.status_code == 200, answer.headers["location"]
        assert "items" not in read.json(), "itself, not a list that it stands in"
