"""One's own sessions, keys that are exchanged while people work, and what is kept of a password."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import argon2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.main import create_edge, create_rooms
from services.gateway.sign_in.tables import Credential
from shared.context import unit_of_work
from shared.contracts.gateway import AuditRecorded
from shared.contracts.message import ServiceName
from shared.identity import encode_public, system
from tests.conftest import Ground
from tests.service.gateway.union import PASSWORD, Gateway, Union, open_gateway

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


async def listed(gateway: Gateway, token: str) -> list[dict[str, Any]]:
    async with gateway.client(token) as client:
        answer = await client.get("/v1/auth/sessions")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def somebody(union: Union) -> str:
    """The sign-in name of somebody new."""
    return await union.sign_in_of((await union.person())["id"])


async def test_a_person_sees_their_own_devices(gateway: Gateway, union: Union) -> None:
    name = await somebody(union)
    async with gateway.client(**{"user-agent": AGENT}) as browser:
        body = {"sign_in_name": name, "password": PASSWORD}
        at_home = (await browser.post("/v1/auth/login", json=body)).json()
    phone = await gateway.tokens(name, device="Телефон")
    sessions = await listed(gateway, phone["access_token"])
    assert {(session["device"], session["current"]) for session in sessions} == {
        ("Firefox, Windows", False),
        ("Телефон", True),
    }
    assert {session["started_on"] for session in sessions} == {str(gateway.clock.now().date())}
    assert len(await listed(gateway, at_home["access_token"])) == 2


async def test_a_device_is_signed_out_from_another(gateway: Gateway, union: Union) -> None:
    name = await somebody(union)
    lost, kept = await gateway.tokens(name, device="lost"), await gateway.tokens(name, device="kept")
    (session,) = [each for each in await listed(gateway, kept["access_token"]) if each["device"] == "lost"]
    async with gateway.client(kept["access_token"]) as client:
        assert (await client.delete(f"/v1/auth/sessions/{session['id']}")).status_code == 204
        assert (await client.delete(f"/v1/auth/sessions/{session['id']}")).status_code == 404
        gateway.clock.advance(timedelta(seconds=6))
        assert (await client.get("/v1/me")).status_code == 200
    async with gateway.client(lost["access_token"]) as client:
        assert (await client.get("/v1/me")).status_code == 401
        assert (await client.post("/v1/auth/refresh", json={"refresh_token": lost["refresh_token"]})).status_code == 401


async def test_all_other_devices_are_signed_out(gateway: Gateway, union: Union) -> None:
    name = await somebody(union)
    others = [await gateway.tokens(name) for _ in range(3)]
    own = await gateway.tokens(name)
    async with gateway.client(own["access_token"]) as client:
        assert (await client.delete("/v1/auth/sessions")).status_code == 204
        assert [session["current"] for session in await listed(gateway, own["access_token"])] == [True]
        assert (await client.post("/v1/auth/refresh", json={"refresh_token": own["refresh_token"]})).status_code == 200
        for other in others:
            answer = await client.post("/v1/auth/refresh", json={"refresh_token": other["refresh_token"]})
            assert answer.status_code == 401
    assert (await union.admin.get("/v1/me")).status_code == 200


async def test_sessions_come_in_pages_with_as_many_questions(gateway: Gateway, union: Union) -> None:
    name = await somebody(union)
    own = [await gateway.tokens(name) for _ in range(4)]
    counts: list[int] = []
    async with gateway.client(own[0]["access_token"]) as client:
        for limit in (1, 4):
            await client.get("/v1/me")
            statements: list[str] = []
            with gateway.counting(statements):
                page = (await client.get("/v1/auth/sessions", params={"limit": limit})).json()
            counts.append(len(statements))
            assert (len(page["items"]), page["next"] is None) == (limit, limit == 4)
    assert counts[0] == counts[1]


async def test_nobody_ends_the_session_of_somebody_else(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(await somebody(union))
    (session,) = await listed(gateway, tokens["access_token"])
    assert (await union.admin.delete(f"/v1/auth/sessions/{session['id']}")).status_code == 404
    assert len(await listed(gateway, tokens["access_token"])) == 1


async def test_only_the_token_itself_logs_out(gateway: Gateway, union: Union) -> None:
    """A session's id alone, as an access token has it, ends nothing."""
    tokens = await gateway.tokens(await somebody(union))
    raw = base64.urlsafe_b64decode(tokens["refresh_token"] + "==")
    forged = base64.urlsafe_b64encode(raw[:32] + bytes(32)).rstrip(b"=").decode()
    async with gateway.client() as client:
        assert (await client.post("/v1/auth/logout", json={"refresh_token": forged})).status_code == 204
        body = {"refresh_token": tokens["refresh_token"]}
        assert (await client.post("/v1/auth/refresh", json=body)).status_code == 200


async def test_a_changed_password_is_in_the_books(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(await somebody(union))
    async with gateway.client(tokens["access_token"]) as client:
        body = {"current_password": PASSWORD, "new_password": "staple by the window"}
        key = {"idempotency-key": "change-1"}
        assert (await client.post("/v1/auth/password", json=body, headers=key)).status_code == 200
    books = await gateway.house.outbox(ServiceName.GATEWAY, union.id, AuditRecorded)
    assert ("auth_change_password", UUID(tokens["person_id"])) in {(each.operation, each.actor_id) for each in books}
    assert not any("staple" in each.model_dump_json() for each in books)


async def test_a_hash_with_yesterdays_parameters_is_renewed(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    name = await union.sign_in_of(person["id"])
    old = argon2.PasswordHasher(memory_cost=16, time_cost=1, parallelism=1).hash(PASSWORD)
    mine = col(Credential.person_id) == UUID(person["id"])
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.store.execute(update(Credential).where(mine).values(password_hash=old))
    await gateway.tokens(name)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        kept = await context.store.first(select(Credential.password_hash).where(mine))
    assert kept is not None
    assert kept != old
    assert not gateway.desk.passwords.is_outdated(kept)
    await gateway.tokens(name)


def drawn() -> tuple[str, str]:
    """A private key and its public half, as settings have them."""
    key = Ed25519PrivateKey.generate()
    return base64.urlsafe_b64encode(key.private_bytes_raw()).decode(), encode_public(key.public_key())


@pytest.fixture
async def turning(ground: Ground) -> AsyncGenerator[tuple[Gateway, Gateway]]:
    """Before and after the turn: the next key, which was published already, signs."""
    (present, shown), (coming, also_shown) = drawn(), drawn()
    keys = {"identity_public_keys": f"{shown},{also_shown}", "tries_per_account": 1000}
    async with open_gateway(ground, signing_keys=f"{present},{coming}", **keys) as before:
        chosen = before.settings.model_copy(
            update={"signing_keys": type(before.settings.signing_keys)(f"{coming},{present}")}
        )
        rooms = create_rooms(chosen, before.runtime)
        edge = create_edge(rooms, chosen, {})
        after = Gateway(chosen, before.runtime, rooms, edge, before.house)
        yield before, after
        await rooms.state.desk.close()


async def test_keys_are_exchanged_without_a_failed_request(turning: tuple[Gateway, Gateway]) -> None:
    before, after = turning
    union = await before.found()
    tokens = await before.tokens(union.sign_in_name)
    statuses: list[int] = []
    turned = asyncio.Event()

    async def working() -> None:
        """Somebody who goes on working, at whichever gateway answers."""
        mine = tokens
        for step in range(8):
            gateway = after if turned.is_set() and step % 2 else before  # a rolling restart: both answer for a while
            async with gateway.client(mine["access_token"]) as client:
                statuses.append((await client.get("/v1/me")).status_code)
                signed = await client.post(
                    "/v1/auth/login", json={"sign_in_name": union.sign_in_name, "password": PASSWORD}
                )
                statuses.append(signed.status_code)
                mine = signed.json()
            if step == 2:
                turned.set()

    await asyncio.gather(*(working() for _ in range(3)))
    assert set(statuses) == {200}
    assert kid_of(await before.tokens(union.sign_in_name)) != kid_of(await after.tokens(union.sign_in_name))
    async with after.client(tokens["access_token"]) as client:
        assert (await client.get("/v1/me")).status_code == 200, "an old token lives until it expires"
    await union.admin.aclose()


def kid_of(tokens: dict[str, Any]) -> str:
    return jwt.get_unverified_header(tokens["access_token"])["kid"]


async def test_the_published_keys_are_those_that_sign(turning: tuple[Gateway, Gateway]) -> None:
    before, after = turning
    union = await before.found()
    for gateway in turning:
        async with gateway.client("not even a token") as client:
            answer = await client.get("/v1/auth/keys")
        assert answer.headers["cache-control"] == "public, max-age=300"
        keys = {key["kid"]: key for key in answer.json()["keys"]}
        tokens = await gateway.tokens(union.sign_in_name)
        assert len(keys) == 2
        assert next(iter(keys)) == kid_of(tokens), "the present key comes first"
        known = keys[kid_of(tokens)]
        assert {**known, "x": ""} == {
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid_of(tokens), "x": "",
        }  # fmt: skip
        public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(known["x"] + "="))
        claims = jwt.decode(
            tokens["access_token"], public, algorithms=["EdDSA"], audience="vmeste-api", options={"verify_exp": False, "verify_iat": False},
        )  # fmt: skip
        assert claims["sub"] == tokens["person_id"]
    await union.admin.aclose()
    assert after is not before


async def test_a_signing_key_is_in_no_message_about_the_settings(ground: Ground) -> None:
    private, _ = drawn()
    with pytest.raises(ValueError, match="VMESTE_IDENTITY_PUBLIC_KEYS") as raised:
        async with open_gateway(ground, signing_keys=private):
            pass
    assert private not in str(raised.value)
    assert private[:20] not in repr(raised.value)
