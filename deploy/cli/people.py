"""`vmeste people`: importing them from a sheet, over the API."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.cli.calling import Account, Address, PasswordStdin, SignInName, account_of, is_over
from deploy.cli.console import Json, group, say, show_json
from deploy.cli.failures import Failed
from deploy.client import Client, read

app = group("The people of a union.")

_LOOK_SECONDS: Final = 0.5
_OUTCOMES: Final = ("created", "changed", "unchanged", "failed")


@app.callback()
def people() -> None:
    """Keep the group, although it has one command."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")],
    organization: Annotated[UUID, typer.Option(help="Where people go whose row names no organization.")],
    sign_in_name: SignInName,
    *,
    address: Address = None,
    preview: Annotated[bool, typer.Option(help="Only say what would happen.")] = False,
    report: Annotated[Path | None, typer.Option(help="Where to write what became of every row (CSV).")] = None,
    password_stdin: PasswordStdin = False,
    as_json: Json = False,
) -> None:
    """Import people from a sheet and follow it to the end. A second run changes nothing.

    Exit code 1 when the import failed as a whole; rows that could not be taken are counted, the report says why.
    """
    account = account_of(address, sign_in_name, stdin=password_stdin)
    with Progress(
        TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), disable=as_json
    ) as progress:
        done = asyncio.run(imported(account, file.name, file.read_bytes(), organization, progress, preview=preview))
    if report is not None:
        report.write_bytes(asyncio.run(_report(account, done["id"])))
    if as_json:
        show_json(done)
    else:
        say(", ".join(f"{outcome}: {done[outcome]}" for outcome in _OUTCOMES) + (" (preview)" if preview else ""))
    if done["state"] == "failed":
        raise Failed("The import failed; what was taken in before stays, and a second run goes on from there.")


async def imported(
    account: Account, name: str, content: bytes, organization: UUID, progress: Progress, *, preview: bool
) -> dict[str, Any]:
    """Returns the import as it ended."""
    async with await account.client() as client:
        form = {"organization_id": str(organization), "preview": "true" if preview else "false"}
        began = read(await client.call("POST", "/people/imports", data=form, files={"file": (name, content)}))
        task = progress.add_task("importing", total=None)
        while True:
            now: dict[str, Any] = await client.get(f"/people/imports/{began['id']}")
            progress.update(task, completed=now["done"], total=now["total"])
            if is_over(now):
                return now
            await asyncio.sleep(_LOOK_SECONDS)


async def _report(account: Account, import_id: str) -> bytes:
    async with await account.client() as client:
        return await _bytes(client, f"/people/imports/{import_id}/report.csv")


async def _bytes(client: Client, path: str) -> bytes:
    answer = await client.call("GET", path)
    read(answer)
    return answer.content
