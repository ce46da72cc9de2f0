"""PostgreSQL: its version, roles, migrations, guard and clock; what waits in it."""

from datetime import UTC, datetime
from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.cli.backups.making import revisions_of
from deploy.cli.doctor.findings import Finding, notice, trouble, well
from deploy.cli.owner import all_tables, enter, is_of_tenants, owner_engine, scopes
from deploy.migrate import schemas
from shared.contracts import ServiceName
from shared.db.security import RELAY_ROLE, role_password, service_role

_OLDEST: Final = 150_000  # PostgreSQL 15
_CLOCK_SECONDS: Final = 5.0
_WAITING_SECONDS: Final = 60.0  # a message that is due for so long is stuck
_MIGRATE: Final = "Run `vmeste migrate`."


async def look_at_database(owner_url: str, role_secret: str) -> list[Finding]:
    """Raises what the database says when it does not answer at all."""
    async with owner_engine(owner_url) as engine:
        async with engine.connect() as connection:
            findings = [await _version(connection), await _clock(connection)]
        behind = _behind(await revisions_of(engine))
        findings.append(behind)
        findings.append(await _roles(owner_url, role_secret))
        async with engine.connect() as connection:
            present = await _tables_present(connection)
            if not present:
                return [*findings, trouble("tables", "there are none yet", _MIGRATE)]
            findings.append(await _guard(connection))
            findings += await _letters(connection)
            findings.append(await _channels(connection))
    return findings


async def _version(connection: AsyncConnection) -> Finding:
    number = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
    told = f"PostgreSQL {number // 10_000}"
    return well("database", told) if number >= _OLDEST else trouble("database", told, "Use PostgreSQL 15 or later.")


async def _clock(connection: AsyncConnection) -> Finding:
    there = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    apart = abs((datetime.now(UTC) - there).total_seconds())
    if apart < _CLOCK_SECONDS:
        return well("clock", f"{apart:.1f} s from the database's")
    return trouble("clock", f"{apart:.0f} s from the database's", "Let both machines keep their time by NTP.")


def _behind(present: dict[str, str]) -> Finding:
    wanted: dict[str, str] = {}
    for metadata, folder in schemas():
        config = Config()
        config.set_main_option("script_location", str(folder))
        wanted[str(metadata.schema)] = str(ScriptDirectory.from_config(config).get_current_head())
    behind = [
        f"{schema} {present.get(schema, 'none')} of {head}"
        for schema, head in wanted.items()
        if present.get(schema) != head
    ]
    if not behind:
        return well("migrations", "all at their newest")
    return trouble(
        "migrations", "; ".join(behind), f"{_MIGRATE} If it does nothing, this version of Vmeste is too old."
    )


async def _roles(owner_url: str, role_secret: str) -> Finding:
    """Whether each role can sign in with the password that the secret gives it, and can do no more than it should."""
    wrong: list[str] = []
    for role in (*map(service_role, ServiceName), RELAY_ROLE):
        url = make_url(owner_url).set(username=role, password=role_password(role_secret, role))
        try:
            async with (
                owner_engine(url.render_as_string(hide_password=False)) as engine,
                engine.connect() as connection,
            ):
                able = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                if (await connection.execute(text(able))).scalar_one():
                    wrong.append(f"{role} may bypass row-level security")
        except (SQLAlchemyError, OSError):
            wrong.append(f"{role} cannot sign in")
    if not wrong:
        return well("roles", f"{len(ServiceName) + 1} sign in and are bounded")
    return trouble("roles", "; ".join(wrong), f"Is VMESTE_ROLE_SECRET the one of this installation? {_MIGRATE}")


async def _tables_present(connection: AsyncConnection) -> bool:
    query = text("SELECT to_regclass('gateway.organization') IS NOT NULL")
    return bool((await connection.execute(query)).scalar_one())


async def _guard(connection: AsyncConnection) -> Finding:
    """Forced row-level security on every table of tenants: what keeps unions apart."""
    query = text(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity AND n.nspname = ANY(:schemas)"
    )
    names = [service.value for service in ServiceName]
    guarded = set((await connection.execute(query, {"schemas": names})).scalars())
    bare = [table.fullname for table in all_tables() if is_of_tenants(table) and table.fullname not in guarded]
    if not bare:
        return well("row security", f"forced on {len(guarded)} tables")
    return trouble("row security", f"missing on {', '.join(bare[:3])}", f"{_MIGRATE} Until then, stop the services.")


async def _letters(connection: AsyncConnection) -> list[Finding]:
    stuck: list[str] = []
    dead = 0
    for service in ServiceName:
        waiting = text(
            f"SELECT count(*), max(extract(epoch FROM now() - next_send_at)) FROM {service}.outbox "  # noqa: S608 - a ServiceName
            "WHERE next_send_at < now() - make_interval(secs => :seconds)"
        )
        count, seconds = (await connection.execute(waiting, {"seconds": _WAITING_SECONDS})).one()
        if count:
            stuck.append(f"{service}: {count}, the oldest for {int(seconds)} s")
        dead += int((await connection.execute(text(f"SELECT count(*) FROM {service}.dead_letter"))).scalar_one())  # noqa: S608 - a ServiceName
    return [
        trouble("queues", "; ".join(stuck), "Are the relay, Redis and the workers running? Their logs say why not.")
        if stuck
        else well("queues", "nothing waits that is due"),
        notice("dead letters", str(dead), "`vmeste dead-letters list` says why; mend it, then `replay --all`.")
        if dead
        else well("dead letters", "none"),
    ]


async def _channels(connection: AsyncConnection) -> Finding:
    query = text("SELECT count(*) FROM publisher.channel WHERE state = 'needs_reauthorization'")
    count = 0
    for scope in await scopes(connection):
        await enter(connection, scope)
        count += int((await connection.execute(query)).scalar_one())
    if count == 0:
        return well("channels", "all can publish")
    return notice(
        "channels", f"{count} need a new authorization", "Their owners were told; GET /v1/channels shows which and why."
    )
