"""Every other command that needs no running house, run for real against a database and a Redis."""

import json
from uuid import UUID, uuid4

import pytest
from typer.main import get_command

from deploy.cli.app import app
from tests.conftest import Ground
from tests.service.cli.conftest import Filled
from tests.service.cli.installation import Installation, new_installation


def commands() -> list[tuple[str, ...]]:
    """Every command and group, by its words."""

    def within(command: object, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        parts: dict[str, object] = getattr(command, "commands", {})
        return [words, *(found for name, part in parts.items() for found in within(part, (*words, name)))]

    return within(get_command(app), ())


@pytest.mark.parametrize("words", commands(), ids=" ".join)
async def test_every_command_says_what_it_does(installation: Installation, words: tuple[str, ...]) -> None:
    answer = await installation.run(*words, "--help")
    assert answer.code == 0
    assert "Usage:" in answer.out
    assert len(answer.out.splitlines()) > 5


async def test_a_union_is_founded_and_its_administrator_signs_in(filled: Filled) -> None:
    name = f"{uuid4().hex}@example.org"
    told = ("--name", "Профсоюз пекарей", "--family-name", "Белова", "--given-name", "Анна", "--sign-in-name", name)
    made = (await filled.installation.run("tenant", "create", *told, "--json")).json
    tokens = await filled.gateway.tokens(name, made["password"])
    assert tokens["tenant_id"] == made["tenant_id"]
    listed = (await filled.installation.run("tenant", "list", "--json")).json
    assert ("Профсоюз пекарей", "active") in {(one["name"], one["state"]) for one in listed}
    assert "Профсоюз пекарей" in (await filled.installation.run("tenant", "list")).out


async def test_a_given_password_is_read_from_the_input_and_never_shown(filled: Filled) -> None:
    name = f"{uuid4().hex}@example.org"
    told = ("--name", "Профсоюз", "--family-name", "Белова", "--given-name", "Анна", "--sign-in-name", name)
    made = await filled.installation.run(
        "tenant", "create", *told, "--password-stdin", stdin="слова из четырёх частей\n"
    )
    assert made.code == 0, made.error
    assert "слова" not in made.out
    assert "no e-mail address" not in made.out
    assert await filled.gateway.tokens(name, "слова из четырёх частей")


async def test_who_signs_in_with_a_login_is_told_that_no_codes_are_mailed(filled: Filled) -> None:
    name = uuid4().hex
    told = ("--name", "Профсоюз", "--family-name", "Белова", "--given-name", "Анна", "--sign-in-name", name)
    made = await filled.installation.run(
        "tenant", "create", *told, "--password-stdin", stdin="слова из четырёх частей\n"
    )
    assert (made.code, "no e-mail address" in made.out) == (0, True)
    assert await filled.gateway.tokens(name, "слова из четырёх частей")


async def test_a_weak_password_is_refused_in_one_sentence(installation: Installation) -> None:
    told = ("--name", "Профсоюз", "--family-name", "Б", "--given-name", "А", "--sign-in-name", f"{uuid4().hex}@e.org")
    answer = await installation.run("tenant", "create", *told, "--password-stdin", stdin="x\n")
    assert answer.code == 1
    assert "password" in answer.error.lower()
    assert "Traceback" not in answer.error


async def test_the_audit_is_verified_and_the_broken_seal_is_named(filled: Filled) -> None:
    whole = await filled.installation.run("audit", "verify", "--json")
    assert whole.code == 0
    verdict = next(one for one in whole.json if one["tenant_id"] == str(filled.tenant_id))
    kept = ("--tenant", str(filled.tenant_id), "--kept", verdict["head"])
    assert (await filled.installation.run("audit", "verify", *kept)).code == 0
    assert (await filled.installation.run("audit", "verify", *kept[:3], "0" * 63 + "1")).code == 1
    nobodys = await filled.installation.run("audit", "verify", *kept[2:])
    assert (nobodys.code, "--tenant" in nobodys.error) == (1, True)
    change = "UPDATE gateway.audit_entry SET status = status + :by WHERE tenant_id = :tenant"
    await filled.installation.rows(change, by=1, tenant=filled.tenant_id)
    broken = await filled.installation.run("audit", "verify")
    assert broken.code == 1
    assert "broken at seal 1: an entry under this seal was changed" in broken.out
    assert verdict["head"] not in broken.out
    (found,) = [one for one in (await filled.installation.run("doctor", "--json")).json if one["what"] == "audit"]
    assert (found["health"], str(filled.tenant_id) in found["told"]) == ("trouble", True)
    assert "vmeste audit verify" in found["advice"]
    await filled.installation.rows(change, by=-1, tenant=filled.tenant_id)
    whole_again = await filled.installation.run("audit", "verify")
    assert (whole_again.code, verdict["head"] in whole_again.out) == (0, True)


async def test_nothing_is_cut_where_there_is_no_terminal(filled: Filled) -> None:
    """An id is for the next command: a narrow window of nobody must not take its end away."""
    for words in (("tenant", "list"), ("audit", "verify")):
        told = await filled.installation.run(*words, COLUMNS="20")
        assert str(filled.tenant_id) in told.out
        assert "…" not in told.out
    doctor = await filled.installation.run("doctor", COLUMNS="20", VMESTE_PUBLIC_URL="http://127.0.0.1:9")
    assert "Start it, and look into its log. It should be at http://127.0.0.1:9." in doctor.out


async def test_the_audit_is_asked_what_somebody_did(filled: Filled) -> None:
    (row,) = await filled.installation.rows(
        "SELECT person_id FROM gateway.sign_in_name WHERE tenant_id = :t", t=filled.tenant_id
    )
    told = await filled.installation.run("audit", "actor", str(filled.tenant_id), str(row.person_id))
    known = await filled.installation.rows(
        "SELECT DISTINCT actor FROM gateway.audit_entry WHERE tenant_id = :t", t=filled.tenant_id
    )
    assert told.out.strip() in {one.actor for one in known}


async def test_dead_letters_are_listed_and_put_back(installation: Installation) -> None:
    assert "No dead letters." in (await installation.run("dead-letters", "list")).out
    message_id = uuid4()
    envelope = json.dumps({"type": "gateway.person_changed"})
    await installation.rows(
        "INSERT INTO gateway.dead_letter (message_id, destination, tenant_id, priority, envelope, reason) "
        "VALUES (:id, 'publisher', :id, 5, CAST(:envelope AS jsonb), 'KeyError in keep_people:7')",
        id=message_id,
        envelope=envelope,
    )
    (letter,) = (await installation.run("dead-letters", "list", "--json")).json
    assert (letter["message_id"], letter["reason"]) == (str(message_id), "KeyError in keep_people:7")
    for refused in ((), (str(uuid4()),), (str(message_id), "--all")):
        answer = await installation.run("dead-letters", "replay", *refused)
        assert (answer.code, bool(answer.error)) == (1, True)
    assert "Put back: 1." in (await installation.run("dead-letters", "replay", str(message_id))).out
    assert (await installation.run("dead-letters", "list", "--json")).json == []
    await installation.rows("DELETE FROM gateway.outbox WHERE message_id = :id", id=message_id)


async def test_read_models_are_told_everything_anew_and_then_that_this_was_all(filled: Filled) -> None:
    await filled.installation.rows("DELETE FROM gateway.outbox")
    answer = await filled.installation.run("read-models", "rebuild", "--tenant", str(filled.tenant_id))
    assert answer.code == 0, answer.error
    told = await filled.installation.rows(
        "SELECT envelope FROM gateway.outbox WHERE destination = 'surveys' ORDER BY message_id"
    )
    payloads = [row.envelope["payload"] for row in told]
    organizations = {one["organization_id"] for payload in payloads for one in payload.get("organizations", ())}
    people = {one["person_id"] for payload in payloads for one in payload.get("people", ())}
    assert str(filled.tenant_id) in organizations
    owned = await filled.installation.rows(
        "SELECT (SELECT count(*) FROM gateway.organization WHERE tenant_id = :tenant), "
        "(SELECT count(*) FROM gateway.person WHERE tenant_id = :tenant)",
        tenant=filled.tenant_id,
    )
    assert (len(organizations), len(people)) == tuple(owned[0])
    positions = [payload["position"] for payload in payloads]
    assert positions == sorted(positions)
    assert payloads[-1]["whole"] is True
    await filled.installation.rows("DELETE FROM gateway.outbox")


async def test_an_unknown_union_cannot_be_told_anew(installation: Installation) -> None:
    answer = await installation.run("read-models", "rebuild", "--tenant", str(UUID(int=7)))
    assert (answer.code, "No union has the id" in answer.error) == (1, True)


async def test_the_doctor_says_what_is_down_and_what_to_do(installation: Installation) -> None:
    answer = await installation.run("doctor", "--json", VMESTE_PUBLIC_URL="http://127.0.0.1:9")
    found = {finding["what"]: finding for finding in answer.json}
    assert answer.code == 1
    for what in (
        "database",
        "clock",
        "roles",
        "row security",
        "queues",
        "dead letters",
        "channels",
        "redis",
        "disk",
        "audit",
    ):
        assert found[what]["health"] in {"well", "notice"}, found[what]
    for what in ("gateway", "publisher", "requests", "surveys", "gateway worker"):
        assert (found[what]["health"], bool(found[what]["advice"])) == ("trouble", True)
    assert found["mail"]["health"] == "notice"
    told = await installation.run("doctor", VMESTE_PUBLIC_URL="http://127.0.0.1:9")
    assert "what to do" in told.out


async def test_the_doctor_finds_what_is_wrong_with_the_database(installation: Installation) -> None:
    await installation.rows("ALTER TABLE gateway.person NO FORCE ROW LEVEL SECURITY")
    await installation.rows(
        "INSERT INTO gateway.outbox (message_id, destination, tenant_id, priority, envelope, next_send_at) "
        "VALUES (:id, 'surveys', :id, 5, '{}', now() - interval '5 minutes')",
        id=UUID(int=1),
    )
    try:
        answer = await installation.run("doctor", "--json", VMESTE_ROLE_SECRET="another")
        found = {finding["what"]: finding for finding in answer.json}
        for what in ("row security", "queues", "roles"):
            assert found[what]["health"] == "trouble", found[what]
        assert "gateway.person" in found["row security"]["told"]
        assert "surveys" not in found["queues"]["told"]
    finally:
        await installation.rows("ALTER TABLE gateway.person FORCE ROW LEVEL SECURITY")
        await installation.rows("DELETE FROM gateway.outbox WHERE message_id = :id", id=UUID(int=1))


async def test_the_doctor_survives_that_nothing_is_there(installation: Installation) -> None:
    nowhere = {
        "VMESTE_DATABASE_URL": "postgresql://x:y@127.0.0.1:9/none",
        "VMESTE_REDIS_URL": "redis://127.0.0.1:9",
        "VMESTE_PUBLIC_URL": "http://127.0.0.1:9",
    }
    answer = await installation.run("doctor", "--json", **nowhere)
    found = {finding["what"]: finding["health"] for finding in answer.json}
    assert (answer.code, found["database"], found["redis"]) == (1, "trouble", "trouble")


async def test_without_a_database_a_command_says_so_in_one_sentence(installation: Installation) -> None:
    nowhere = {"VMESTE_DATABASE_URL": "postgresql://x:y@127.0.0.1:9/none"}
    answer = await installation.run("migrate", **nowhere)
    assert answer.code == 1
    assert len(answer.error.strip().splitlines()) == 1


async def test_settings_that_are_missing_are_named(installation: Installation) -> None:
    wrong = {"VMESTE_GATEWAY_SIGNING_KEYS": "", "VMESTE_GATEWAY_SIGNING_KEY": ""}
    answer = await installation.run("tenant", "list", **wrong)
    assert (answer.code, "Settings are missing or wrong" in answer.error) == (1, True)


async def test_an_empty_installation_is_told_apart(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = await new_installation(ground, tmp_path_factory.mktemp("empty"))
    assert "No unions yet" in (await empty.run("tenant", "list")).out
    assert "No operator has a key" in (await empty.run("keys", "operator", "list")).out
    assert (await empty.run("audit", "verify")).code == 0
