"""`vmeste doctor`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from deploy.cli.console import Json, show_grid, show_json
from deploy.cli.doctor.audits import look_at_audits
from deploy.cli.doctor.databases import look_at_database
from deploy.cli.doctor.findings import Finding, Health, notice, trouble
from deploy.cli.doctor.surroundings import (
    look_at_disks,
    look_at_mail,
    look_at_redis,
    look_at_services,
    look_at_workers,
)
from deploy.cli.environment import gateway_settings, owner_settings
from deploy.cli.failures import Failed

_COLOURS: Final = {Health.WELL: "green", Health.NOTICE: "yellow", Health.TROUBLE: "bold red"}


def doctor(*, as_json: Json = False) -> None:
    """Look at everything that an installation stands on, and say what to do. Exit code 1 when something is in trouble."""
    findings = asyncio.run(looked_at())
    if as_json:
        show_json(findings)
    else:
        _show(findings)
    if any(finding.health is Health.TROUBLE for finding in findings):
        raise typer.Exit(1)


async def looked_at() -> list[Finding]:
    return [*await _database(), *await _rest()]


async def _database() -> list[Finding]:
    try:
        owner = owner_settings()
    except Failed as failure:
        return [notice("database", "not looked at", str(failure))]
    try:
        return await look_at_database(owner.database_url.get_secret_value(), owner.role_secret.get_secret_value())
    except (SQLAlchemyError, OSError) as error:
        return [
            trouble("database", f"does not answer ({type(error).__name__})", "Start it; check VMESTE_DATABASE_URL.")
        ]


async def _rest() -> list[Finding]:
    try:
        settings = gateway_settings()
    except Failed as failure:
        return [trouble("settings", "of the gateway are not whole", str(failure))]
    looks: list[Callable[[], Awaitable[list[Finding]]]] = [
        lambda: look_at_redis(settings.redis_url),
        lambda: look_at_services(settings),
        lambda: look_at_workers(settings.redis_url),
        lambda: look_at_audits(settings),
    ]
    found = [finding for look in looks for finding in await look()]
    return [*found, await look_at_mail(settings), *look_at_disks(settings.media_url)]


def _show(findings: list[Finding]) -> None:
    grid = Table("", "", "", "what to do", box=None, pad_edge=False, header_style="bold", show_header=True)
    for finding in findings:
        grid.add_row(finding.what, f"[{_COLOURS[finding.health]}]{finding.health}[/]", finding.told, finding.advice)
    show_grid(grid)
