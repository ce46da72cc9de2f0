"""Signing in: tokens that turn, sessions that end, guesses that run out."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from sqlmodel import select

from services.gateway.sign_in.tables import Credential, Session
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.union import PASSWORD, Gateway, Union, open_gateway


async def sessions_of(gateway: Gateway, tenant_id: UUID, person_id: str) -> list[Session]:
    async with unit_of_work(gateway.runtime, tenant_id, system(tenant_id)) as context:
        return await context.store.all(select(Session).where(Session.person_id == UUID(person_id)))


async def test_a_sign_in_name_is_known_in_any_letter_case(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(f"  {union.sign_in_name.upper()} ")
    assert tokens["tenant_id"] == str(union.id)
    assert tokens["expires_in"] == 600
    async with gateway.client(tokens["access_token"]) as client:
        me = (await client.get("/v1/me")).json()
    assert me["person"]["id"] == str(union.administrator_id)
    assert [grant["role"] for grant in me["grants"]] == ["administrator"]
    assert [organization["id"] for organization in me["organizations"]] == [str(union.id)]


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_password_and_an_unknown_name_look_alike(gateway: Gateway, union: Union, *, known: bool) -> None:
    name = union.sign_in_name if known else "nobody@example.org"
    async with gateway.client() as client:
        answer = await client.post("/v1/auth/login", json={"sign_in_name": name, "password": "wrong password"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "auth.wrong_sign_in"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_whoever_belongs_to_several_unions_chooses_one(gateway: Gateway) -> None:
    name = f"{uuid4().hex}@example.org"
    first = await gateway.found("Союз железнодорожников", sign_in_name=name)
    second = await gateway.found("Союз учителей", sign_in_name=name)
    async with gateway.client() as client:
        answer = await client.post("/v1/auth/login", json={"sign_in_name": name, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "auth.choose_tenant")
    assert {(error["code"], error["detail"]) for error in answer.json()["errors"]} == {
        (str(first.id), "Союз железнодорожников"),
        (str(second.id), "Союз учителей"),
    }
    chosen = await gateway.tokens(name, tenant_id=str(second.id))
    assert chosen["tenant_id"] == str(second.id)
    await first.admin.aclose()
    await second.admin.aclose()


async def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_session(gateway: Gateway, union: Union) -> None:
    first = await gateway.tokens(union.sign_in_name)
    async with gateway.client() as client:
        second = await client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
        assert second.status_code == 200
        reuse = await client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
        assert (reuse.status_code, reuse.json()["code"]) == (401, "auth.session_over")
        newest = await client.post("/v1/auth/refresh", json={"refresh_token": second.json()["refresh_token"]})
        assert newest.status_code == 401
    gateway.clock.advance(timedelta(seconds=6))
    async with gateway.client(second.json()["access_token"]) as client:
        assert (await client.get("/v1/me")).status_code == 401


async def test_of_twenty_uses_at_once_one_wins_and_the_family_is_over(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    body = {"refresh_token": tokens["refresh_token"]}
    async with gateway.client() as client:
        answers = await asyncio.gather(*(client.post("/v1/auth/refresh", json=body) for _ in range(20)))
        winners = [answer for answer in answers if answer.status_code == 200]
        assert len(winners) == 1
        assert {answer.status_code for answer in answers} == {200, 401}
        after = await client.post("/v1/auth/refresh", json={"refresh_token": winners[0].json()["refresh_token"]})
    assert after.status_code == 401


@pytest.mark.parametrize("token", ["x", "=", "й" * 86, "A" * 86, "A" * 200])
async def test_what_is_no_refresh_token_is_refused_like_an_old_one(gateway: Gateway, token: str) -> None:
    async with gateway.client() as client:
        answer = await client.post("/v1/auth/refresh", json={"refresh_token": token})
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.session_over")
        assert (await client.post("/v1/auth/logout", json={"refresh_token": token})).status_code == 204


async def test_logging_out_ends_refreshing_and_the_access_token(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    body = {"refresh_token": tokens["refresh_token"]}
    async with gateway.client(tokens["access_token"]) as client:
        assert (await client.get("/v1/me")).status_code == 200
        assert (await client.post("/v1/auth/logout", json=body)).status_code == 204
        gateway.clock.advance(timedelta(seconds=6))
        assert (await client.get("/v1/me")).status_code == 401
        assert (await client.post("/v1/auth/refresh", json=body)).status_code == 401


async def test_an_expired_access_token_does_not_stand_in_the_way_of_refreshing(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    gateway.clock.advance(timedelta(minutes=11))
    async with gateway.client(tokens["access_token"]) as client:
        assert (await client.get("/v1/me")).status_code == 401
        fresh = await client.post("/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert fresh.status_code == 200


async def test_a_new_password_ends_the_other_sessions(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    name = await union.sign_in_of(person["id"])
    other = await gateway.tokens(name)
    own = await gateway.tokens(name)
    async with gateway.client(own["access_token"]) as client:
        body = {"current_password": "not this one", "new_password": "staple by the window"}
        assert (await client.post("/v1/auth/password", json=body)).json()["code"] == "auth.wrong_password"
        body["current_password"] = PASSWORD
        changed = await client.post("/v1/auth/password", json=body)
        assert changed.status_code == 200
        dead = await client.post("/v1/auth/refresh", json={"refresh_token": other["refresh_token"]})
        assert dead.status_code == 401
        alive = await client.post("/v1/auth/refresh", json={"refresh_token": changed.json()["refresh_token"]})
        assert alive.status_code == 200
    await gateway.tokens(name, "staple by the window")


async def test_a_sign_in_is_given_once_with_a_strong_password(union: Union) -> None:
    person = await union.person()
    address = f"/v1/people/{person['id']}/sign_in"
    weak = await union.admin.put(address, json={"sign_in_name": "weak@example.org", "password": "aaaaaaaaaaaa"})
    assert (weak.status_code, weak.json()["code"]) == (422, "auth.weak_password")
    taken = await union.admin.put(address, json={"sign_in_name": union.sign_in_name, "password": PASSWORD})
    assert (taken.status_code, taken.json()["code"]) == (409, "auth.name_taken")
    await union.sign_in_of(person["id"])
    again = await union.admin.put(address, json={"sign_in_name": f"{uuid4().hex}@x.org", "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (409, "auth.sign_in_exists")


async def test_nobody_gives_a_password_to_somebody_who_may_do_more(union: Union) -> None:
    primary = await union.organization()
    person = await union.person(primary["id"])
    await union.grant(person["id"], Role.ADMINISTRATOR)
    async with await union.staff(Role.CHAIR, primary["id"]) as chair:
        body = {"sign_in_name": f"{uuid4().hex}@x.org", "password": PASSWORD}
        answer = await chair.put(f"/v1/people/{person['id']}/sign_in", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "grant.exceeds_yours")


async def test_guessing_is_limited_by_account_and_a_success_starts_anew(ground: Ground) -> None:
    async with open_gateway(ground, tries_per_account=3) as gateway:
        union = await gateway.found()
        wrong = {"sign_in_name": union.sign_in_name, "password": "wrong password"}
        async with gateway.client() as client:
            for _ in range(2):
                assert (await client.post("/v1/auth/login", json=wrong)).status_code == 401
            await gateway.tokens(union.sign_in_name)
            for _ in range(3):
                assert (await client.post("/v1/auth/login", json=wrong)).status_code == 401
            answer = await client.post("/v1/auth/login", json={**wrong, "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (429, "auth.too_many_tries")
        assert 0 < int(answer.headers["retry-after"]) <= 900
        assert answer.json()["detail"] == "Try again in 15 min; until then even the right password is refused"
        await union.admin.aclose()


async def test_a_guesser_elsewhere_does_not_keep_the_owner_out(ground: Ground) -> None:
    async with open_gateway(ground, tries_per_account=3, codes_per_account=2, proxies=1) as gateway:
        union = await gateway.found()
        wrong = {"sign_in_name": union.sign_in_name, "password": "wrong password"}
        right, name = {**wrong, "password": PASSWORD}, {"sign_in_name": union.sign_in_name}
        async with (
            gateway.client(**{"x-forwarded-for": "198.51.100.7"}) as guesser,
            gateway.client(**{"x-forwarded-for": "203.0.113.9"}) as owner,
        ):
            guesses = [(await guesser.post("/v1/auth/login", json=wrong)).status_code for _ in range(5)]
            asked = [(await guesser.post("/v1/auth/code", json=name)).status_code for _ in range(3)]
            assert (guesses, asked) == ([401, 401, 401, 429, 429], [202, 202, 429])
            assert (await guesser.post("/v1/auth/login", json=right)).status_code == 429
            assert (await owner.post("/v1/auth/code", json=name)).status_code == 202
            assert (await owner.post("/v1/auth/login", json=right)).status_code == 200
        await union.admin.aclose()


async def test_a_guesser_with_many_blocks_of_ipv6_does_not_keep_the_owner_out(ground: Ground) -> None:
    """A /48 is 65,536 blocks of a household's size."""
    async with open_gateway(ground, tries_per_account=2, tries_per_name=5, codes_per_account=2, proxies=1) as gateway:
        union = await gateway.found()
        name = {"sign_in_name": union.sign_in_name}
        codes, asked = list[int](), list[int]()
        for number in range(6):
            async with gateway.client(**{"x-forwarded-for": f"2001:db8:7:{number:x}::1"}) as guesser:
                tried = await guesser.post("/v1/auth/login", json={**name, "password": "wrong password"})
                codes.append(tried.status_code)
                asked.append((await guesser.post("/v1/auth/code", json=name)).status_code)
        assert codes == [401] * 2 + [429] * 4
        assert asked == [202] * 2 + [429] * 4
        async with gateway.client(**{"x-forwarded-for": "2001:db8:8::1"}) as owner:
            assert (await owner.post("/v1/auth/login", json={**name, "password": PASSWORD})).status_code == 200
        await union.admin.aclose()


async def test_guessing_from_many_addresses_is_bounded(ground: Ground) -> None:
    async with open_gateway(ground, tries_per_account=2, tries_per_name=5, proxies=1) as gateway:
        wrong, codes = {"sign_in_name": f"{uuid4().hex}@example.org", "password": "wrong password"}, list[int]()
        for number in range(4):
            async with gateway.client(**{"x-forwarded-for": f"198.51.100.{number}"}) as client:
                codes += [(await client.post("/v1/auth/login", json=wrong)).status_code for _ in range(2)]
        assert codes == [401] * 5 + [429] * 3


async def test_codes_asked_for_from_many_addresses_are_bounded(ground: Ground) -> None:
    async with open_gateway(ground, codes_per_account=2, codes_per_name=5, proxies=1) as gateway:
        name, codes = {"sign_in_name": f"{uuid4().hex}@example.org"}, list[int]()
        for number in range(4):
            async with gateway.client(**{"x-forwarded-for": f"198.51.100.{number}"}) as client:
                codes += [(await client.post("/v1/auth/code", json=name)).status_code for _ in range(2)]
        assert codes == [202] * 5 + [429] * 3


async def test_a_success_in_one_union_pays_for_no_guesses_in_another(ground: Ground) -> None:
    async with open_gateway(ground, tries_per_account=3) as gateway:
        name = f"{uuid4().hex}@example.org"
        attacked, own = [await gateway.found(union, sign_in_name=name) for union in ("Союз учителей", "Чужой союз")]
        wrong = {"sign_in_name": name, "password": "wrong password", "tenant_id": str(attacked.id)}
        async with gateway.client() as client:
            codes: list[int] = []
            for _ in range(4):
                codes.append((await client.post("/v1/auth/login", json=wrong)).status_code)
                await gateway.tokens(name, tenant_id=str(own.id))
        assert codes == [401, 401, 401, 429]
        await attacked.admin.aclose()
        await own.admin.aclose()


async def test_guessing_is_limited_by_address(ground: Ground) -> None:
    async with open_gateway(ground, tries_per_address=2, tries_window_seconds=1, proxies=1) as gateway:
        async with gateway.client(**{"x-forwarded-for": f"{uuid4().hex}"}) as client:
            codes = [
                (await client.post("/v1/auth/login", json={"sign_in_name": uuid4().hex, "password": "p"})).status_code
                for _ in range(3)
            ]
        assert codes == [401, 401, 429]


async def test_guessing_what_a_network_would_sign_is_limited_too(ground: Ground) -> None:
    body = {"tenant_id": str(uuid4()), "init_data": "user=1"}
    async with open_gateway(ground, tries_per_address=2, tries_window_seconds=60, proxies=1) as gateway:
        async with gateway.client(**{"x-forwarded-for": uuid4().hex}) as client:
            codes = [(await client.post("/v1/auth/telegram", json=body)).status_code for _ in range(3)]
        assert codes == [401, 401, 429]


async def test_without_redis_nobody_signs_in_and_reading_goes_on(ground: Ground, union: Union) -> None:
    async with open_gateway(ground, redis_url="redis://127.0.0.1:1") as gateway, gateway.client() as client:
        body = {"sign_in_name": union.sign_in_name, "password": PASSWORD}
        answer = await client.post("/v1/auth/login", json=body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        gateway.clock.set(union.gateway.clock.now())
        token = union.admin.headers["authorization"]
        assert (await client.get("/v1/me", headers={"authorization": token})).status_code == 200


async def test_redis_keeps_no_name(gateway: Gateway, union: Union) -> None:
    await gateway.tokens(union.sign_in_name)
    redis = Redis.from_url(gateway.settings.redis_url)  # pyright: ignore[reportUnknownMemberType] - untyped keywords
    keys: list[bytes] = await redis.keys("vmeste:sign_in:*")  # pyright: ignore[reportUnknownMemberType] - as above
    await redis.aclose()
    assert keys
    assert not any(union.sign_in_name.encode() in key for key in keys)


async def test_secrets_are_kept_hashed_and_sessions_know_the_day_alone(gateway: Gateway, union: Union) -> None:
    tokens = await gateway.tokens(union.sign_in_name)
    (*_, session) = await sessions_of(gateway, union.id, tokens["person_id"])
    assert session.token_hash not in tokens["refresh_token"].encode()
    assert len(session.token_hash) == 32
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        credential = await context.store.first(select(Credential))
    assert credential is not None
    assert credential.password_hash.startswith("$argon2id$")
    assert PASSWORD not in credential.password_hash
