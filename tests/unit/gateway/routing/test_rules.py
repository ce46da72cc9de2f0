"""The edge's rules over raw bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.routing.rules import (
    SERVICES,
    AddressTooLong,
    HeadersTooLarge,
    InvalidOrigin,
    MalformedRequest,
    bearer,
    body_length,
    check_size,
    client_address,
    incoming,
    is_stream,
    origin_of,
    outgoing,
    service_of,
    told,
    trace_of,
)
from shared.contracts import ServiceName

names = st.from_regex(rb"[a-z0-9_-]{1,20}", fullmatch=True)
values = st.binary(max_size=20)
headers = st.lists(st.tuples(names, values), max_size=12)


@given(headers)
def test_nothing_that_the_gateway_says_comes_from_outside(raw: list[tuple[bytes, bytes]]) -> None:
    hostile = [
        *raw,
        (b"x-vmeste-identity", b"1"),
        (b"x_user_id", b"1"),
        (b"x-forwarded-for", b"1"),
        (b"forwarded", b"1"),
    ]
    for name, _ in incoming(hostile):
        assert not name.startswith((b"x-vmeste-", b"x-forwarded-"))
        assert b"_" not in name
        assert name not in {b"forwarded", b"connection", b"transfer-encoding", b"host", b"authorization", b"cookie"}


@given(headers, st.lists(names, max_size=3))
def test_what_connection_names_goes_no_further(raw: list[tuple[bytes, bytes]], named: list[bytes]) -> None:
    listed = {*named} - {b"content-length", b"content-type"}
    for passed in (incoming, outgoing):
        kept = {name for name, _ in passed([*raw, (b"connection", b", ".join(named).upper())])}
        assert not kept & listed


def test_connection_cannot_take_the_bodys_length_away() -> None:
    assert incoming([(b"content-length", b"2"), (b"connection", b"content-length")]) == [(b"content-length", b"2")]


def test_ordinary_headers_stay_in_their_order() -> None:
    raw = [(b"accept", b"a"), (b"if-match", b'"1"'), (b"idempotency-key", b"k"), (b"accept", b"b")]
    assert incoming(raw) == raw


def test_an_answer_has_no_second_date_and_does_not_name_the_server_behind() -> None:
    raw = [(b"date", b"Mon, 23 Nov 2026 09:00:00 GMT"), (b"etag", b'"1"'), (b"server", b"uvicorn")]
    assert outgoing(raw) == [(b"etag", b'"1"')]


@pytest.mark.parametrize("segment", sorted(SERVICES))
def test_a_segment_belongs_to_its_service(segment: str) -> None:
    for rest in ("", "/", "/x/y"):
        assert service_of(f"/v1/{segment}{rest}".encode()) is SERVICES[segment]


@pytest.mark.parametrize(
    "path",
    [
        b"/",
        b"",
        b"v1/events",
        b"/v1",
        b"/v1/",
        b"/v1//events",
        b"/V1/events",
        b"/v2/events",
        b"/v1/events%2Fx",
        b"/v1/%65vents",
        b"/v1/../events",
        b"/v1/Events",
    ],
)
def test_what_names_no_service_is_the_gateways(path: bytes) -> None:
    assert service_of(path) is ServiceName.GATEWAY


@given(st.binary(max_size=40))
def test_any_path_has_one_service(path: bytes) -> None:
    assert service_of(path) in ServiceName


@pytest.mark.parametrize(
    ("raw", "length"),
    [
        ([], None),
        ([(b"transfer-encoding", b"chunked")], None),
        ([(b"content-length", b"0")], 0),
        ([(b"content-length", b"17")], 17),
        ([(b"content-length", b"17"), (b"content-length", b"17")], 17),
    ],
)
def test_a_bodys_length_is_read(raw: list[tuple[bytes, bytes]], length: int | None) -> None:
    assert body_length(raw) == length


@pytest.mark.parametrize("length", [b"", b"+1", b"-1", b"1,1", b"0x1", b"1_0", b" ", b"\xd9\xa1", b"1" * 16])
def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    with pytest.raises(MalformedRequest):
        body_length([(b"content-length", length)])


@pytest.mark.parametrize(
    ("raw", "token"),
    [
        ([], None),
        ([(b"authorization", b"Bearer abc")], b"abc"),
        ([(b"authorization", b"bearer  abc ")], b"abc"),
        ([(b"authorization", b"Basic abc")], b""),
        ([(b"authorization", b"Bearer")], b""),
        ([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")], b""),
    ],
)
def test_one_bearer_token_or_none(raw: list[tuple[bytes, bytes]], token: bytes | None) -> None:
    assert bearer(raw) == token


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ([], 0, "peer"),
        ([b"1.1.1.1"], 0, "peer"),
        ([], 1, "peer"),
        ([b"1.1.1.1"], 1, "1.1.1.1"),
        ([b"9.9.9.9, 1.1.1.1"], 1, "1.1.1.1"),
        ([b"9.9.9.9, 1.1.1.1, 10.0.0.1"], 2, "1.1.1.1"),
        ([b"9.9.9.9", b"1.1.1.1"], 1, "1.1.1.1"),
        ([b"1.1.1.1"], 2, "peer"),
        ([b" "], 1, "peer"),
    ],
)
def test_only_the_operators_own_proxies_are_believed(forwarded: list[bytes], proxies: int, address: str) -> None:
    assert client_address("peer", [(b"x-forwarded-for", value) for value in forwarded], proxies) == address


def test_only_a_whole_traceparent_is_continued() -> None:
    trace = b"4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_of([(b"traceparent", b"00-%b-00f067aa0ba902b7-01" % trace)]) == trace
    for broken in (
        b"",
        b"01-%b-00f067aa0ba902b7-01" % trace,
        b"00-%b-00f067aa0ba902b7-01-x" % trace,
        b"00-%b-0000000000000000-01" % trace,
        b"00-%b-00f067aa0ba902b7-01" % (b"0" * 32),
        b"00-%b-00f067aa0ba902b7-01" % trace.upper(),
    ):
        assert trace_of([(b"traceparent", broken)]) is None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        (b"/v1/jobs/gateway-1", ServiceName.GATEWAY),
        (b"/v1/jobs/surveys-1/events", ServiceName.SURVEYS),
        (b"/v1/jobs/surveys", ServiceName.SURVEYS),
        (b"/v1/jobs/nobody-1", ServiceName.GATEWAY),
        (b"/v1/jobs", ServiceName.GATEWAY),
        (b"/v1/jobs/", ServiceName.GATEWAY),
    ],
)
def test_a_job_is_its_services(path: bytes, service: ServiceName) -> None:
    assert service_of(path) is service


@pytest.mark.parametrize(
    ("path", "streams"),
    [
        ("/v1/stream", True),
        ("/v1/jobs/gateway-1/events", True),
        ("/v1/jobs/gateway-1", False),
        ("/v1/events", False),
        ("/v1/stream/", False),
        ("/v1/jobs/a/b/events", False),
    ],
)
def test_only_streams_have_no_end(path: str, streams: bool) -> None:
    assert is_stream(path) is streams


def test_what_is_too_large_is_refused_before_it_is_looked_at() -> None:
    check_size(b"/" * 4000, b"a" * 4000, [(b"a", b"1")] * 100)
    with pytest.raises(AddressTooLong):
        check_size(b"/" * 8000, b"a" * 193, [])
    with pytest.raises(HeadersTooLarge):
        check_size(b"/", b"", [(b"a", b"1")] * 101)
    with pytest.raises(HeadersTooLarge):
        check_size(b"/", b"", [(b"range", b"bytes=" + b"0-1," * 10_000)])


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://app.union.example", "https://app.union.example"),
        ("HTTPS://App.Union.Example:443", "https://app.union.example"),
        ("https://app.union.example:8443", "https://app.union.example:8443"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://xn--80aesfpebagmfblc0a.xn--p1ai", "https://xn--80aesfpebagmfblc0a.xn--p1ai"),
    ],
)
def test_an_origin_is_written_as_browsers_do(text: str, origin: str) -> None:
    assert origin_of(text) == origin == origin_of(origin)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "https://*",
        "https://*.union.example",
        "https://app.union.example/",
        "https://app.union.example/path",
        "https://user@app.union.example",
        "https://app.union.example:0",
        "https://app.union.example:65536",
        "https://app.union.example?x",
        "https://-a.example",
        "https://a..example",
        "https://" + "a." * 130 + "example",
        "http://app.union.example",
        "http://localhost.evil.example",
        "ftp://app.union.example",
        "https://приложение.рф",
        "https://app.union.example\n",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(InvalidOrigin):
        origin_of(text)


def test_an_event_is_told_as_browsers_read_it() -> None:
    assert told("a.b", "{}", 7) == "id: 7\nevent: a.b\ndata: {}\n\n"
    assert told("running", "{}") == "event: running\ndata: {}\n\n"
