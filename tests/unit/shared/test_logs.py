"""Logs: one JSON object a line, that never quotes a secret, a person's words or the text of an exception."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, cast

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.errors import Conflict
from shared.logs import configure_logs, redact, render_exception
from shared.settings import Environment

CANARY = "canary-7f3a"


class Person(BaseModel):
    age: int


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configuration = structlog.get_config()
    configure_logs("a-test", Environment.TEST)
    stream = io.StringIO()
    (handler,) = root.handlers
    cast("logging.StreamHandler[io.StringIO]", handler).setStream(stream)  # a plain StreamHandler says not of what
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)
    structlog.contextvars.clear_contextvars()


def written(logs: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


def test_a_line_is_one_json_object(logs: io.StringIO) -> None:
    structlog.get_logger().info("request", route="/v1/сообщения", status=200)
    (line,) = written(logs)
    assert line["event"] == "request"
    assert line["route"] == "/v1/сообщения"
    assert line["process"] == "a-test"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_look_the_same(logs: io.StringIO) -> None:
    logging.getLogger("some.library").warning("ready in %s s", 3)
    (line,) = written(logs)
    assert (line["event"], line["level"], line["process"]) == ("ready in 3 s", "warning", "a-test")


def fail() -> None:
    """As a handler that is given somebody's data does."""
    try:
        Person.model_validate({"age": CANARY})
    except ValueError as error:
        raise LookupError(CANARY) from error


def test_what_failed_is_told_without_its_words(logs: io.StringIO) -> None:
    for logger in (structlog.get_logger(), logging.getLogger("some.library")):
        try:
            fail()
        except LookupError:
            logger.exception("message.failed")
    assert CANARY not in logs.getvalue()
    lines = written(logs)
    assert len(lines) == 2
    for line in lines:
        assert "builtins.LookupError" in line["exception"]
        assert "pydantic_core._pydantic_core.ValidationError" in line["exception"]
        assert "Person.model_validate" in line["exception"]  # the place, with its line of code


@pytest.mark.parametrize("secret", ["password", "refresh_token", "Authorization", "client_secret", "text", "raw_body"])
def test_what_is_named_a_secret_is_hidden_however_deep(secret: str) -> None:
    event = {"event": "x", secret: CANARY, "data": {secret: CANARY, "more": [{secret: CANARY}, (1, {secret: CANARY})]}}
    assert CANARY not in repr(redact(None, "", event))


@given(
    st.recursive(
        st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text("xyz"), inner), max_leaves=8
    )
)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert redact(None, "", {"data": value}) == {"data": value}


def test_texts_that_speak_of_code_are_told() -> None:
    told = render_exception(None, "", {"exc_info": TypeError("f() takes 1 argument")})["exception"]
    assert told == "builtins.TypeError: f() takes 1 argument"
    assert render_exception(None, "", {"exc_info": Conflict()})["exception"].endswith("Conflict: conflict")


def test_every_part_of_a_group_is_told() -> None:
    group = ExceptionGroup(CANARY, [KeyError(CANARY), ExceptionGroup(CANARY, [OSError(CANARY)])])
    told = render_exception(None, "", {"exc_info": group})["exception"]
    assert CANARY not in told
    assert "KeyError" in told
    assert "OSError" in told


def test_a_line_without_an_exception_has_none() -> None:
    for nothing in (None, False, (None, None, None)):
        assert render_exception(None, "", {"exc_info": nothing}) == {}
    assert render_exception(None, "", {"exc_info": True}) == {}  # outside of any except block
