"""The edge over applications in the same process: what is believed, what is dropped, whom a path belongs to."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.gateway.sign_in.actions import AccessTokens
from shared.contracts import ServiceName
from shared.identity import CallerKind, IdentityVerifier, key_id, private_key, public_keys
from shared.permissions import Role
from tests.conftest import SIGNING_KEY, Ground
from tests.service.gateway.union import Gateway, Union, open_gateway


def received(answer: httpx.Response) -> dict[str, str]:
    return dict(answer.json()["headers"])


def verifier(gateway: Gateway, audience: ServiceName) -> IdentityVerifier:
    return IdentityVerifier(public_keys(gateway.settings.identity_public_keys), audience)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/channels", ServiceName.PUBLISHER),
        ("/v1/network_hooks/a/b", ServiceName.PUBLISHER),
        ("/v1/requests?state=open", ServiceName.REQUESTS),
        ("/v1/surveys/x/responses", ServiceName.SURVEYS),
        ("/v1/events", ServiceName.SURVEYS),
    ],
)
async def test_a_service_gets_an_identity_for_itself_alone(
    gateway: Gateway, union: Union, path: str, service: ServiceName
) -> None:
    identity = received(await union.admin.get(path))["x-vmeste-identity"]
    caller = verifier(gateway, service).verify(identity, gateway.clock.now())
    assert (caller.tenant_id, caller.person_id) == (union.id, union.administrator_id)
    assert [(grant.role, grant.organization_id) for grant in caller.grants] == [(Role.ADMINISTRATOR, union.id)]
    assert caller.position >= 0
    assert json.loads(base64.urlsafe_b64decode(identity.split(".")[1] + "=="))["aud"] == service


async def test_without_a_token_somebody_is_nobody(gateway: Gateway) -> None:
    async with gateway.client() as client:
        identity = received(await client.get("/v1/events"))["x-vmeste-identity"]
        assert (await client.get("/v1/organizations")).status_code == 401
    caller = verifier(gateway, ServiceName.SURVEYS).verify(identity, gateway.clock.now())
    assert (caller.kind, caller.tenant_id) == (CallerKind.ANONYMOUS, None)


async def test_what_only_the_gateway_may_say_is_dropped(gateway: Gateway) -> None:
    hostile = [
        ("x-vmeste-identity", "mine"),
        ("X-Vmeste-Anything", "mine"),
        ("forwarded", "for=10.0.0.1"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-host", "evil.test"),
        ("x-real-ip", "10.0.0.1"),
        ("x_user_id", "1"),
        ("x-user-id", "1"),
        ("connection", "close, X-User-Id"),
        ("x-request-id", "chosen-by-me"),
        ("cookie", "a=b"),
        ("x-telegram-bot-api-secret-token", "kept"),
    ]
    async with gateway.client() as client:
        got = received(await client.get("/v1/events", headers=hostile))
    assert got["x-telegram-bot-api-secret-token"] == "kept"
    assert got["x-forwarded-for"] == "127.0.0.1"
    assert got["x-forwarded-proto"] == "https"
    assert not {"forwarded", "x-forwarded-host", "x-real-ip", "x_user_id", "x-user-id", "connection", "cookie"} & set(
        got
    )
    assert "mine" not in got.values()
    assert got["x-request-id"] != "chosen-by-me"


async def test_the_access_token_stays_at_the_edge(union: Union) -> None:
    assert "authorization" not in received(await union.admin.get("/v1/events"))


async def test_a_trace_goes_on_and_a_broken_one_begins_anew(gateway: Gateway) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with gateway.client() as client:
        got = received(await client.get("/v1/events", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}))
        assert got["traceparent"].split("-")[1] == trace
        assert got["traceparent"].split("-")[2] == got["x-request-id"]
        for broken in ("00-0-0-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", "garbage"):
            got = received(await client.get("/v1/events", headers={"traceparent": broken}))
            assert got["traceparent"].split("-")[1] not in {trace, "0" * 32}


@pytest.mark.parametrize(
    "headers",
    [
        [("content-length", "3"), ("transfer-encoding", "chunked")],
        [("content-length", "3"), ("content-length", "4")],
        [("content-length", "-3")],
        [("content-length", "3, 3")],
    ],
)
async def test_a_body_of_two_lengths_is_refused(gateway: Gateway, headers: list[tuple[str, str]]) -> None:
    async with gateway.client() as client:
        answer = await client.request("POST", "/v1/events", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


async def test_a_body_beyond_any_limit_is_refused_before_it_is_read(ground: Ground) -> None:
    async with open_gateway(ground, max_upload_bytes=1000) as gateway, gateway.client() as client:
        answer = await client.post("/v1/events", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


Claims = dict[str, Any]


def _as_it_should_be(claims: Claims, key: Ed25519PrivateKey) -> str:
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": key_id(key.public_key()), "typ": "at+jwt"})


def _headers(**more: object) -> Callable[[Claims, Ed25519PrivateKey], str]:
    def make(claims: Claims, key: Ed25519PrivateKey) -> str:
        headers = {"kid": key_id(key.public_key()), "typ": "at+jwt", **more}
        return jwt.encode(claims, key, algorithm="EdDSA", headers=headers)

    return make


def _without(name: str) -> Callable[[Claims, Ed25519PrivateKey], str]:
    return lambda claims, key: _as_it_should_be({k: v for k, v in claims.items() if k != name}, key)


def _with(**more: object) -> Callable[[Claims, Ed25519PrivateKey], str]:
    return lambda claims, key: _as_it_should_be({**claims, **more}, key)


def _unsigned(claims: Claims, key: Ed25519PrivateKey) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": key_id(key.public_key()), "typ": "at+jwt"})  # pyright: ignore[reportArgumentType] - what an attacker does


def _by_public_key(claims: Claims, key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes_raw()
    return jwt.encode(claims, raw, algorithm="HS256", headers={"kid": key_id(key.public_key()), "typ": "at+jwt"})


def _by_another_key(claims: Claims, key: Ed25519PrivateKey) -> str:
    headers = {"kid": key_id(key.public_key()), "typ": "at+jwt"}
    return jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=headers)


def _cut(claims: Claims, key: Ed25519PrivateKey) -> str:
    return _as_it_should_be(claims, key)[:-4]


def _text(text: str) -> Callable[[Claims, Ed25519PrivateKey], str]:
    return lambda _, __: text


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_public_key,
        _by_another_key,
        _headers(crit=["exp"]),
        _headers(typ="vmeste-identity"),
        _headers(kid="../../x"),
        _without("exp"),
        _without("aud"),
        _without("iss"),
        _without("sub"),
        _with(aud="publisher"),
        _with(aud=["vmeste-api", "other"]),
        _with(iss="somebody"),
        _with(sub=str(uuid4())),
        _with(tenant=str(uuid4())),
        _with(sid=str(uuid4())),
        _with(exp=1),
        _with(iat=9_999_999_999),
        _cut,
        _text("a.b.c"),
        _text("A" * 5000),
        _text(""),
    ],
)
async def test_no_forged_token_opens_the_door(
    gateway: Gateway, union: Union, forge: Callable[[Claims, Ed25519PrivateKey], str]
) -> None:
    token = (await gateway.tokens(union.sign_in_name))["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    key = private_key(SIGNING_KEY)
    async with gateway.client(_as_it_should_be(claims, key)) as client:
        assert (await client.get("/v1/me")).status_code == 200
    async with gateway.client(forge(claims, key)) as client:
        for path in ("/v1/me", "/v1/events"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_token_works_no_longer_than_ten_minutes(gateway: Gateway, union: Union) -> None:
    token = (await gateway.tokens(union.sign_in_name))["access_token"]
    async with gateway.client(token) as client:
        gateway.clock.advance(timedelta(minutes=10, seconds=20))
        assert (await client.get("/v1/me")).status_code == 200
        gateway.clock.advance(timedelta(seconds=20))
        assert (await client.get("/v1/me")).status_code == 401


async def test_an_old_key_is_believed_while_keys_are_exchanged(gateway: Gateway) -> None:
    old = Ed25519PrivateKey.generate()
    tokens = AccessTokens([private_key(SIGNING_KEY)], {key_id(old.public_key()): old.public_key()})
    signed = AccessTokens([old], {}).sign(uuid4(), uuid4(), uuid4(), gateway.clock.now())
    assert tokens.verify(signed.encode(), gateway.clock.now()).session_id is not None


@pytest.mark.parametrize("value", ["Basic YTpi", "Bearer", "Bearer a b", "bearerx abc", "Token abc"])
async def test_another_kind_of_authorization_is_no_anonymity(gateway: Gateway, value: str) -> None:
    async with gateway.client() as client:
        assert (await client.get("/v1/events", headers={"authorization": value})).status_code == 401


async def test_a_revoked_grant_stops_within_seconds(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    grant = await union.grant(person["id"], Role.CHAIR)
    tokens = await gateway.tokens(await union.sign_in_of(person["id"]))
    async with gateway.client(tokens["access_token"]) as chair:
        assert (await chair.get("/v1/organizations")).status_code == 200
        assert (await union.admin.delete(f"/v1/grants/{grant['id']}")).status_code == 204
        gateway.clock.advance(timedelta(seconds=6))
        assert (await chair.get("/v1/organizations")).status_code == 403


async def test_the_next_request_carries_the_position_of_ones_own_write(gateway: Gateway, union: Union) -> None:
    check = verifier(gateway, ServiceName.SURVEYS)

    async def position() -> int:
        identity = received(await union.admin.get("/v1/events"))["x-vmeste-identity"]
        return check.verify(identity, gateway.clock.now()).position

    before = await position()
    await union.organization()
    first = await position()
    await union.person()
    assert before < first < await position()


async def test_figures_are_the_operators(ground: Ground) -> None:
    async with open_gateway(ground) as gateway, gateway.client() as client:
        assert (await client.get("/metrics")).status_code == 404
    async with open_gateway(ground, metrics_token="for prometheus") as gateway:
        async with gateway.client() as client:
            assert (await client.get("/metrics")).status_code == 404
        async with gateway.client("for prometheus") as client:
            assert "vmeste_requests" in (await client.get("/metrics")).text


async def test_a_database_that_is_away_is_said_to_be_away(ground: Ground, union: Union) -> None:
    async with open_gateway(ground, database_url="postgresql://x@127.0.0.1:1/x") as gateway:
        gateway.clock.set(union.gateway.clock.now())
        async with gateway.client(union.admin.headers["authorization"].removeprefix("Bearer ")) as client:
            answer = await client.get("/v1/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_the_gateways_rooms_believe_no_token_themselves(gateway: Gateway, union: Union) -> None:
    transport = httpx.ASGITransport(gateway.rooms)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside.test") as client:
        answer = await client.get("/v1/me", headers={"authorization": union.admin.headers["authorization"]})
    assert answer.status_code == 401


async def test_ids_of_tokens_name_the_signed_in(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    claims = gateway.desk.tokens.verify(tokens["access_token"].encode(), gateway.clock.now())
    assert (claims.tenant_id, claims.person_id) == (union.id, UUID(tokens["person_id"]))


async def test_one_document_describes_all_services(gateway: Gateway) -> None:
    async with gateway.client() as client:
        served = (await client.get("/openapi.json")).json()
    committed = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_bytes())
    assert served == committed
    assert {path.split("/")[2] for path in served["paths"]} >= {"auth", "publications", "requests", "surveys", "events"}
