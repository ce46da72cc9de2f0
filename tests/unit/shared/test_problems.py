"""Problems: in the reader's language, with a stable code, and nothing of what was sent."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal, Self

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Path, Query
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, Field, ValidationError, model_validator
from sqlalchemy.exc import DBAPIError

from shared.app import ApiModel
from shared.app.middleware import Edge, Metrics
from shared.app.problems import add_problem_handlers, language, problems
from shared.app.validation import invalid
from shared.db import DatabaseAway, is_away
from shared.errors import BrokenRule, Conflict, FieldError, Invalid, NotFound, Problem, TooMany

CANARY = "canary-7f3a"


def even(number: int) -> int:
    if number % 2:
        raise BrokenRule("even", {"ru": "Нужно чётное", "en": "An even number is needed"})
    return number


class Body(ApiModel):
    name: str = Field(max_length=20)
    ages: list[int] = []
    notes: dict[str, int] = {}


class Span(ApiModel):
    """A rule of one field, and one of two of them together."""

    begins: Annotated[int, AfterValidator(even)] = 0
    ends: int = 10

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends < self.begins:
            raise BrokenRule("backwards", {"ru": "Конец раньше начала", "en": "It ends before it begins"}, field="ends")
        return self


class Spans(ApiModel):
    spans: list[Span]


class Days(ApiModel):
    first: int = Field(default=0, alias="from")
    limit: int = 50


class Closed(Conflict):
    code = "thing.closed"
    title = {"ru": "Закрыто", "en": "It is closed"}


def database_error(state: str) -> DBAPIError:
    class Original(Exception):
        sqlstate = state

    return DBAPIError(f"SELECT '{CANARY}'", None, Original(CANARY))


FAILURES: dict[str, Exception] = {
    "closed": Closed({"ru": "Откройте", "en": "Open it"}, errors=(FieldError("/a", "thing.closed", Closed.title),)),
    "slow": TooMany(retry_after=7),
    "defect": RuntimeError(CANARY),
    "file": FileNotFoundError(CANARY),
    "teapot": HTTPException(418, CANARY),
    "away": DatabaseAway(),
    "full": database_error("53100"),
    "deadlock": database_error("40P01"),
    "duplicate": database_error("23505"),
}


def small_app() -> FastAPI:
    app = FastAPI()
    add_problem_handlers(app)

    @app.post("/things/{thing_id}")
    async def things(thing_id: Annotated[int, Path()], body: Body) -> dict[str, int]:
        return {body.name: thing_id}

    @app.post("/spans")
    async def spans(body: Spans) -> int:
        return len(body.spans)

    @app.post("/span")
    async def span(body: Span) -> int:
        return body.ends

    async def tongue(language: str = "ru") -> str:
        return language

    @app.get("/days")
    async def days(query: Annotated[Days, Query()], tongue: Annotated[str, Depends(tongue)]) -> str:
        return f"{query.first} {tongue}"

    @app.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise FAILURES[how]

    app.add_middleware(Edge, metrics=Metrics(), max_body_bytes=1000, request_seconds=5)
    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(small_app()), base_url="http://test")


@pytest.mark.parametrize(
    ("accepted", "tongue"),
    [
        ("", "ru"),
        ("en", "en"),
        ("EN-gb,ru;q=0.5", "en"),
        ("ru,en", "ru"),
        ("de,en;q=0.7", "en"),
        ("*", "ru"),
        (";;,", "ru"),
    ],
)
def test_the_reader_chooses_the_language(accepted: str, tongue: str) -> None:
    assert language(accepted) == tongue


@given(st.text(max_size=100))
def test_any_accept_language_means_one_that_we_have(accepted: str) -> None:
    assert language(accepted) in {"ru", "en"}


async def test_a_problem_says_what_and_what_to_do(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fail/closed", headers={"accept-language": "en", "x-request-id": "abc-12345"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:vmeste:problem:thing.closed",
        "title": "It is closed",
        "status": 409,
        "code": "thing.closed",
        "detail": "Open it",
        "instance": "/fail/closed",
        "request_id": "abc-12345",
        "errors": [{"pointer": "/a", "code": "thing.closed", "detail": "It is closed"}],
    }
    assert (await client.get("/fail/closed")).json()["title"] == "Закрыто"


async def test_when_to_come_back_is_a_header(client: httpx.AsyncClient) -> None:
    assert (await client.get("/fail/slow")).headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("defect", 500, "internal"),
        ("file", 500, "internal"),
        ("duplicate", 500, "internal"),
        ("away", 503, "unavailable"),
        ("full", 503, "unavailable"),
        ("deadlock", 503, "unavailable"),
        ("teapot", 418, "http_418"),
    ],
)
async def test_what_went_wrong_inside_stays_inside(client: httpx.AsyncClient, how: str, status: int, code: str) -> None:
    answer = await client.get(f"/fail/{how}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert CANARY not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert ("retry-after" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": CANARY * 5}, {"/name"}),
        ({"name": "a", CANARY + " ": 1}, {"/?"}),
        ({"name": "a", "nmae": 1}, {"/nmae"}),
        ({"name": "a", "ages": [1, CANARY]}, {"/ages/1"}),
        ({"name": "a", "notes": {f"{CANARY}/~": "b"}}, {"/notes/?"}),
        ({}, {"/name"}),
        ([CANARY], {""}),
    ],
)
async def test_a_wrong_body_is_pointed_at_and_not_quoted(
    client: httpx.AsyncClient, body: Any, pointers: set[str]
) -> None:
    answer = await client.post("/things/1", json=body)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers
    assert CANARY not in answer.text


@pytest.mark.parametrize(("wrong", "pointer"), [("since", "?since"), (CANARY + " ", "??")])
async def test_an_unknown_parameter_is_told_which_there_are(
    client: httpx.AsyncClient, wrong: str, pointer: str
) -> None:
    answer = await client.get("/days", params={wrong: CANARY}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": pointer, "code": "extra_forbidden", "detail": "No such parameter; there are from, limit, language"}
    ]


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("/span", {"begins": 3}, [("/begins", "even", "An even number is needed")]),
        ("/span", {"begins": 4, "ends": 2}, [("/ends", "backwards", "It ends before it begins")]),
        ("/spans", {"spans": [{}, {"begins": 40}]}, [("/spans/1/ends", "backwards", "It ends before it begins")]),
    ],
)
async def test_a_rule_of_our_own_is_told_in_its_words_where_it_is_to_be_mended(
    client: httpx.AsyncClient, path: str, body: Any, errors: list[tuple[str, str, str]]
) -> None:
    answer = await client.post(path, json=body, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"], one["detail"]) for one in answer.json()["errors"]] == errors


async def test_a_malformed_id_is_the_id_of_nothing(client: httpx.AsyncClient) -> None:
    absent, malformed = await client.get("/nowhere"), await client.post("/things/one", json={"name": "a"})
    assert absent.status_code == malformed.status_code == 404
    assert absent.json()["code"] == malformed.json()["code"] == "not_found"


@pytest.mark.parametrize(("path", "status"), [("/fail/%00", 404), ("/fail/closed?a=%00", 422), ("/%00", 404)])
async def test_a_nul_in_the_address_goes_nowhere(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(path)).status_code == status


async def test_another_method_is_405(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/things/1")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "http_405", "POST")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_413(client: httpx.AsyncClient, *, announced: bool) -> None:
    async def parts() -> AsyncGenerator[bytes, None]:
        for _ in range(100):
            yield b" " * 100

    content = b" " * 10_000 if announced else parts()
    answer = await client.post("/things/1", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_of_a_thousand_errors_the_first_fifty_are_told() -> None:
    errors = [{"type": "missing", "loc": ("body", number)} for number in range(1000)]
    assert len(invalid(errors).errors) == 50


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (DatabaseAway(), True),
        (database_error("08006"), True),
        (database_error("53300"), True),
        (database_error("57P03"), True),
        (database_error("57014"), False),  # a statement that took too long is tried again, but counted
        (database_error("40P01"), False),
        (database_error("23505"), False),
        (FileNotFoundError(), False),
        (TimeoutError(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_a_defect(error: Exception, *, away: bool) -> None:
    assert is_away(error) == away


def all_problems(kind: type[Problem] = Problem) -> set[type[Problem]]:
    return {kind}.union(*(all_problems(inner) for inner in kind.__subclasses__()))


def code_of(kind: type[Problem]) -> str:
    return kind.code


PLATFORM = sorted({kind for kind in all_problems() if kind.__module__ == "shared.errors"}, key=code_of)


@pytest.mark.parametrize("kind", PLATFORM)
def test_every_problem_of_the_platform_has_both_languages(kind: type[Problem]) -> None:
    assert set(kind.title) == {"ru", "en"}
    assert all(kind.title.values())
    assert 400 <= kind.status < 600


def test_the_documented_problems_of_one_status_stand_together() -> None:
    documented = problems(Closed, NotFound, Conflict, Closed)
    assert set(documented) == {404, 409, Invalid.status}
    assert set(documented[409]["content"]["application/problem+json"]["examples"]) == {"thing.closed", "conflict"}


def test_choices_are_listed_without_a_word_of_another_language() -> None:
    class Chosen(ApiModel):
        state: Literal["draft", "sent", "failed"]

    with pytest.raises(ValidationError) as wrong:
        Chosen.model_validate({"state": CANARY})
    (error,) = invalid(wrong.value.errors()).errors
    assert error.detail == {"ru": "Одно из: draft, sent, failed", "en": "One of: draft, sent, failed"}
