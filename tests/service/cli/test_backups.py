"""A backup comes back whole with its keys, and is of no use without them."""

import gzip
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from deploy.cli.backups.restoring import restore
from deploy.cli.failures import Failed
from shared.db.security import role_password
from shared.storage import Storage
from tests.databases import ROLE_SECRET
from tests.service.cli.conftest import Filled
from tests.service.cli.installation import Installation, new_installation


@pytest_asyncio.fixture(scope="module")
async def folder(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups") / "one"
    answer = await filled.installation.run("backup", str(folder), "--json")
    assert answer.code == 0, answer.error
    return folder


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))


def silent(_: str, __: int, ___: int) -> None:
    """Nobody watches."""


async def test_it_comes_back_whole(filled: Filled, folder: Path, tmp_path: Path) -> None:
    installation = filled.installation
    other = replace(await new_installation(installation.ground, tmp_path), encryption_keys=installation.encryption_keys)
    answer = await other.run("restore", str(folder), "--json")
    assert answer.code == 0, answer.error
    proof = answer.json
    assert proof["rows"] > 10
    assert proof["files"] == 2
    assert proof["sealed"]["unreadable"] == 0
    assert proof["sealed"]["current"] > 0
    audits = {one["tenant_id"]: one for one in proof["audits"]}
    assert all(one["broken"] is None for one in audits.values())
    assert audits[str(filled.tenant_id)]["entries"] > 0
    assert await Storage(tmp_path.as_uri()).get("pictures/ёлка") == b"picture"
    for query in ("SELECT * FROM gateway.person ORDER BY id", "SELECT * FROM gateway.outbox ORDER BY message_id"):
        assert await other.rows(query) == await installation.rows(query)
    assert (await other.run("audit", "verify")).code == 0


async def test_row_security_guards_what_came_back(filled: Filled, folder: Path, tmp_path: Path) -> None:
    installation = filled.installation
    other = replace(await new_installation(installation.ground, tmp_path), encryption_keys=installation.encryption_keys)
    assert (await other.run("restore", str(folder))).code == 0
    unguarded = "SELECT relname FROM pg_class WHERE relname = 'person' AND NOT (relrowsecurity AND relforcerowsecurity)"
    assert await other.rows(unguarded) == []


async def test_without_its_key_it_is_refused_and_of_no_use(filled: Filled, folder: Path, tmp_path: Path) -> None:
    installation = filled.installation
    stranger = await new_installation(installation.ground, tmp_path)
    answer = await stranger.run("restore", str(folder))
    assert answer.code == 1
    assert "encryption key" in answer.error
    assert await stranger.rows("SELECT 1 FROM gateway.person") == []
    answer = await stranger.run("restore", str(folder), "--keyless")
    assert answer.code == 1
    assert "Encrypted values that can be read: 0 of" in answer.out


async def test_it_holds_no_key_and_only_its_owner_may_read_it(filled: Filled, folder: Path) -> None:
    installation = filled.installation
    assert os.stat(folder).st_mode & 0o077 == 0  # noqa: PTH116 - in a coroutine
    for path in files_of(folder):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert installation.encryption_keys.encode() not in content


async def test_a_damaged_or_half_written_one_is_refused_before_anything_is_written(
    filled: Filled, folder: Path, tmp_path: Path
) -> None:
    installation = filled.installation
    copy = copied(folder, tmp_path / "copy")
    empty = replace(
        await new_installation(installation.ground, tmp_path / "media"), encryption_keys=installation.encryption_keys
    )
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / manifest["tables"]["gateway.person"]["file"]).write_bytes(b"other")
    answer = await empty.run("restore", str(copy))
    assert (answer.code, "damaged" in answer.error) == (1, True)
    (copy / "manifest.json").unlink()
    answer = await empty.run("restore", str(copy))
    assert (answer.code, "no whole backup" in answer.error) == (1, True)
    assert await empty.rows("SELECT 1 FROM gateway.organization") == []


async def test_a_full_database_and_a_full_folder_are_left_alone(filled: Filled, folder: Path) -> None:
    answer = await filled.installation.run("restore", str(folder))
    assert (answer.code, "not empty" in answer.error) == (1, True)
    answer = await filled.installation.run("backup", str(folder))
    assert (answer.code, "not empty" in answer.error) == (1, True)


async def test_lost_rows_are_seen(filled: Filled, folder: Path, tmp_path: Path) -> None:
    """The proof is no formality: a backup whose count does not fit is told."""
    installation = filled.installation
    manifest = json.loads((folder / "manifest.json").read_text())
    other = await new_installation(installation.ground, tmp_path / "media")
    copy = copied(folder, tmp_path / "copy")
    manifest["tables"]["gateway.person"]["rows"] += 1
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Failed, match=r"gateway\.person has"):
        await restore(copy, other.ground.owner_url, Storage(tmp_path.as_uri()), installation.encryption_keys, silent)


async def test_one_that_is_made_by_an_owner_without_superpowers_is_the_same(filled: Filled, tmp_path: Path) -> None:
    """As with a database that somebody else hosts: the owner goes through the tenants one by one."""
    installation = filled.installation
    await installation.rows("CREATE ROLE hosted_owner LOGIN NOSUPERUSER NOBYPASSRLS")
    schemas = ("gateway", "publisher", "requests", "surveys")
    for schema in schemas:
        await installation.rows(f"GRANT USAGE ON SCHEMA {schema} TO hosted_owner")
        await installation.rows(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO hosted_owner")
    await installation.rows(f"ALTER ROLE hosted_owner PASSWORD '{role_password(ROLE_SECRET, 'hosted_owner')}'")
    hosted = replace(installation.ground, owner_url=installation.ground.url_of("hosted_owner"))
    plain, by_hosted = tmp_path / "plain", tmp_path / "hosted"
    assert (await installation.run("backup", str(plain))).code == 0
    assert (await replace(installation, ground=hosted).run("backup", str(by_hosted))).code == 0
    of_plain, of_hosted = [json.loads((one / "manifest.json").read_text())["tables"] for one in (plain, by_hosted)]
    assert {name: part["rows"] for name, part in of_plain.items()} == {
        name: part["rows"] for name, part in of_hosted.items()
    }
    assert of_hosted["gateway.person"]["rows"] > 1


async def test_another_key_is_drawn_each_time(installation: Installation) -> None:
    first, second = [(await installation.run("keys", "encryption", "new", "--json")).json["key"] for _ in range(2)]
    assert Fernet(first)
    assert first != second
