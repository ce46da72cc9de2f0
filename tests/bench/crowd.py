"""Many signed-in members of one demo organization, put straight into the databases: a bench cannot wait for argon2."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.gateway.sign_in.actions.access_tokens import AccessTokens
from shared.clock import new_id, random_id
from shared.db import asyncpg_url
from shared.identity import private_key
from tests.bench.stack import Stack


@dataclass(frozen=True)
class Crowd:
    tokens: list[str]  # an access token each
    people: list[UUID]


async def gather(stack: Stack, tenant_id: UUID, organization_id: UUID, size: int) -> Crowd:
    people = [new_id() for _ in range(size)]
    sessions = [random_id() for _ in people]
    now = datetime.now(UTC)
    shared: dict[str, object] = {"tenant": tenant_id, "organization": organization_id, "people": people}
    engine = create_async_engine(asyncpg_url(stack.owner_url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL row_security = off")  # the owner is a superuser
        await _insert(connection, "gateway", shared)
        await _insert(connection, "surveys", shared)
        await connection.execute(
            text(
                "INSERT INTO gateway.session (tenant_id, id, person_id, token_hash, device, started_on, expires_on) "
                "SELECT :tenant, s, p, :hash, '', :today, :later FROM unnest(CAST(:sessions AS uuid[]), "
                "CAST(:people AS uuid[])) AS each(s, p)"
            ),
            {
                **shared,
                "sessions": sessions,
                "hash": hashlib.sha256(b"nobody refreshes these").digest(),
                "today": now.date(),
                "later": now.date() + timedelta(days=2),
            },
        )
    await engine.dispose()
    signer = AccessTokens([private_key(stack.keys.signing_key)], {})
    return Crowd([signer.sign(tenant_id, p, s, now) for p, s in zip(people, sessions, strict=True)], people)


async def give_passwords(stack: Stack, tenant_id: UUID, people: Sequence[UUID], password: str) -> list[str]:
    """Let them sign in with `password`. Returns their sign-in names."""
    names = [f"{person.hex}@example.org" for person in people]
    hashed = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1).hash(password)
    values = {"tenant": tenant_id, "people": list(people), "names": names, "hash": hashed}
    engine = create_async_engine(asyncpg_url(stack.owner_url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL row_security = off")
        await connection.execute(
            text(
                "INSERT INTO gateway.credential (tenant_id, id, person_id, password_hash) "
                "SELECT :tenant, gen_random_uuid(), p, :hash FROM unnest(CAST(:people AS uuid[])) AS p"
            ),
            values,
        )
        await connection.execute(
            text(
                "INSERT INTO gateway.sign_in_name (name, tenant_id, person_id) SELECT n, :tenant, p "
                "FROM unnest(CAST(:names AS text[]), CAST(:people AS uuid[])) AS each(n, p)"
            ),
            values,
        )
    await engine.dispose()
    return names


async def _insert(connection: AsyncConnection, schema: str, values: Mapping[str, object]) -> None:
    names = "family_name, given_name, name_key" if schema == "gateway" else "display_name, erased"
    words = "'Членова', 'Анна', 'членова анна'" if schema == "gateway" else "'Членова Анна', false"
    await connection.execute(
        text(
            f"INSERT INTO {schema}.person (tenant_id, id, {names}, status, entity_version) "
            f"SELECT :tenant, p, {words}, 'member', 1 FROM unnest(CAST(:people AS uuid[])) AS p"
        ),
        values,
    )
    await connection.execute(
        text(
            f"INSERT INTO {schema}.membership (tenant_id, id, person_id, organization_id) "
            "SELECT :tenant, gen_random_uuid(), p, :organization FROM unnest(CAST(:people AS uuid[])) AS p"
        ),
        values,
    )
