"""The command line against a running house, as somebody at a keyboard uses it."""

import asyncio
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.until import until
from tests.e2e.unions import Union

PASSWORD = "надёжный пароль 2031"  # of everybody in these stories
SHEET = "Фамилия;Имя;Номер билета\nПеснина;Ольга;1001\nРечкина;Инна;1002\n;Безымянная;1003\n"


async def vmeste(*arguments: str) -> Result:
    run = CliRunner().invoke
    return await asyncio.to_thread(run, app, arguments, input=f"{PASSWORD}\n", env={"COLUMNS": "200", "TERM": "dumb"})


def told_by(result: Result) -> Any:
    """The JSON of its answer. The house runs in this process too, and its log lines may stand before it."""
    return json.loads(result.stdout[result.stdout.index("{\n") :])


async def test_people_are_imported_and_a_second_run_changes_nothing(union: Union, tmp_path: Path) -> None:
    sheet, report = tmp_path / "people.csv", tmp_path / "report.csv"
    sheet.write_text(SHEET)
    command = ("people", "import", str(sheet), "--organization", union.root, "--as", union.sign_in_name)
    where = ("--address", union.hall.address, "--password-stdin")

    preview = await vmeste(*command, *where, "--preview", "--json")
    assert preview.exit_code == 0, preview.stderr
    assert told_by(preview)["created"] == 2
    assert len(await union.administrator.all("/people")) == 1

    done = await vmeste(*command, *where, "--report", str(report))
    assert done.exit_code == 0, done.stderr
    assert "created: 2, changed: 0, unchanged: 0, failed: 1" in done.stdout
    assert len(report.read_text("utf-8-sig").splitlines()) == 4
    again = told_by(await vmeste(*command, *where, "--json"))
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert len(await union.administrator.all("/people")) == 3


async def test_a_wrong_password_is_one_sentence(union: Union, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text(SHEET)
    refused = await vmeste(
        *("people", "import", str(sheet), "--organization", union.root, "--as", f"nobody@{union.root}"),
        *("--address", union.hall.address, "--password-stdin"),
    )
    assert refused.exit_code == 1
    assert "auth.wrong_sign_in" in refused.stderr
    assert "Traceback" not in refused.stderr


async def test_an_address_where_nobody_answers_is_one_sentence(union: Union) -> None:
    refused = await vmeste(
        *("webhooks", "replay", union.root, "--since", "2026-01-01", "--as", "x"),
        *("--address", "http://127.0.0.1:9", "--password-stdin"),
    )
    assert (refused.exit_code, "The API does not answer" in refused.stderr) == (1, True)


async def test_events_are_replayed(union: Union) -> None:
    webhook = await union.administrator.post(
        "/webhooks", {"organization_id": union.root, "url": "https://93.184.215.14/hook", "events": ["survey.opened"]}
    )
    account = ("--as", union.sign_in_name, "--address", union.hall.address, "--password-stdin")
    replayed = await vmeste(
        "webhooks", "replay", webhook["id"], "--since", "2026-01-01", *account
    )  # nothing has happened
    assert replayed.exit_code == 0, replayed.stderr
    assert "On their way again:" in replayed.stdout
    neither = await vmeste("webhooks", "replay", webhook["id"], *account)
    assert (neither.exit_code, "--since" in neither.stderr) == (1, True)


async def test_what_a_union_changes_is_in_its_audit(union: Union) -> None:
    await union.organization("Первичка депо")

    def found() -> Awaitable[list[Any]]:
        return union.administrator.all("/audit", operation="organizations_create")

    (entry,) = await until(found, bool)
    assert entry["resource"] == "/v1/organizations"


async def test_it_is_started_by_name_and_fails_with_an_exit_code() -> None:
    helped = await vmeste("--help")
    assert (helped.exit_code, "doctor" in helped.stdout) == (0, True)
    command = [sys.executable, "-m", "deploy.cli", "nonsense"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, told = await process.communicate()
    assert (process.returncode, b"No such command" in told) == (2, True)
