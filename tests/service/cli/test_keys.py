"""Keys by the command line: of operators, for signing, and for what is at rest."""

from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from services.gateway.audit.actions import verify
from shared.cipher import Cipher, UnreadableCiphertext
from shared.identity import private_key, public_keys
from shared.storage import Storage
from tests.conftest import Ground
from tests.service.cli.conftest import SECRET, Filled
from tests.service.cli.installation import Installation, new_installation


@pytest_asyncio.fixture(scope="module")
async def copy(filled: Filled, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The filled installation in a database of its own: what is changed there is nobody else's."""
    folder = tmp_path_factory.mktemp("copy")
    backup = folder / "backup"
    assert (await filled.installation.run("backup", str(backup))).code == 0
    fresh = await new_installation(ground, folder / "media")
    copied = replace(fresh, encryption_keys=filled.installation.encryption_keys)
    assert (await copied.run("restore", str(backup))).code == 0
    return copied


async def test_an_operators_key_opens_what_is_the_operators_until_it_is_revoked(filled: Filled) -> None:
    made = (await filled.installation.run("keys", "operator", "create", "Вера из дежурной смены", "--json")).json
    assert made["key"].startswith("vmo_")
    async with filled.gateway.client(made["key"]) as operator:
        theirs = await operator.get("/v1/organizations")  # nothing of a union is an operator's
        assert (theirs.status_code, theirs.json()["code"]) == (403, "not_for_operators")
        caller = await filled.gateway.edge._authentication.caller(made["key"].encode())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - who the edge takes them for
        assert (caller.kind, str(caller.actor_id)) == ("operator", made["id"])
        (kept,) = await filled.installation.rows("SELECT * FROM gateway.operator_key WHERE id = :id", id=made["id"])
        assert made["key"].rpartition("_")[2] not in str(kept)

        listed = await filled.installation.run("keys", "operator", "list")
        assert "Вера из дежурной смены" in listed.out
        assert made["key"] not in listed.out

        assert (await filled.installation.run("keys", "operator", "revoke", made["id"])).code == 0
        refused = await operator.get("/v1/organizations")
        assert (refused.status_code, refused.json()["code"]) == (401, "operator.key_over")


@pytest.mark.parametrize("label", ["", "  ", "x" * 101, "one\ntwo"])
async def test_a_key_of_nobody_is_not_made(installation: Installation, label: str) -> None:
    before = await installation.rows("SELECT count(*) FROM gateway.operator_key")
    answer = await installation.run("keys", "operator", "create", label)
    assert (answer.code, "Say whose key it is" in answer.error) == (1, True)
    assert await installation.rows("SELECT count(*) FROM gateway.operator_key") == before


async def test_a_key_that_is_nearly_one_opens_nothing(filled: Filled) -> None:
    key = (await filled.installation.run("keys", "operator", "create", "x", "--json")).json["key"]
    for wrong in (
        f"{key}x",
        key[:-1],
        key[:-2] + ("AA" if key[-2:] != "AA" else "BB"),
        f"vmo_{uuid4().hex}_{'a' * 43}",
    ):
        async with filled.gateway.client(wrong) as nobody:
            assert (await nobody.get("/v1/me")).json()["code"] == "operator.key_over"


async def test_an_unknown_key_cannot_be_revoked(installation: Installation) -> None:
    answer = await installation.run("keys", "operator", "revoke", str(uuid4()))
    assert (answer.code, "No operator's key has the id" in answer.error) == (1, True)


async def test_a_signing_pair_fits_together(installation: Installation) -> None:
    pair = (await installation.run("keys", "signing", "--json")).json
    (public,) = public_keys(pair["public"]).values()
    assert private_key(pair["private"]).public_key() == public
    told = (await installation.run("keys", "signing")).out
    for name in ("VMESTE_IDENTITY_PUBLIC_KEYS", "VMESTE_GATEWAY_SIGNING_KEYS"):
        assert name in told


async def test_after_a_rotation_the_old_key_is_not_needed_any_more(filled: Filled, copy: Installation) -> None:
    old, new = copy.encryption_keys, Fernet.generate_key().decode()
    both = copy.with_keys(f"{new},{old}")
    storage = Storage(both.ground.media.as_uri())

    done = (await both.run("keys", "encryption", "rotate", "--json")).json
    assert done["renewed"] > 1
    assert (done["current"], done["unreadable"]) == (0, 0)
    again = (await both.run("keys", "encryption", "rotate", "--json")).json
    assert again == {"current": done["renewed"], "renewed": 0, "unreadable": 0}

    sealed = (await storage.get("exports/one")).decode()
    assert Cipher(new).decrypt(sealed) == SECRET
    with pytest.raises(UnreadableCiphertext):
        Cipher(old).decrypt(sealed)
    assert await storage.get("pictures/ёлка") == b"picture"
    ((audit_key,),) = await both.rows("SELECT sealed_key FROM gateway.audit_key")
    assert len(Cipher(new).decrypt(audit_key)) == 64
    assert (await verify(filled.gateway.runtime.database, filled.tenant_id)).broken is None


async def test_what_no_key_opens_is_told_and_left(copy: Installation) -> None:
    before = await copy.rows("SELECT sealed_key FROM gateway.audit_key")
    answer = await copy.with_keys(Fernet.generate_key().decode()).run("keys", "encryption", "rotate")
    assert (answer.code, "need a key" in answer.error) == (1, True)
    assert await copy.rows("SELECT sealed_key FROM gateway.audit_key") == before
