"""An installation of its own for the command line: a database, a storage, keys, and `vmeste` run against them."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from deploy.cli.app import app
from shared.contracts import ServiceName
from shared.db import asyncpg_url
from shared.db.security import service_role
from shared.identity import encode_public, private_key
from tests.conftest import SIGNING_KEY, Ground
from tests.databases import ROLE_SECRET, copied


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Installation:
    ground: Ground
    encryption_keys: str = field(default_factory=lambda: Fernet.generate_key().decode())

    async def run(self, *arguments: str, stdin: str | None = None, **environment: str) -> Answer:
        """`vmeste` with these arguments; in a thread, for it has an event loop of its own."""
        surroundings = self.environment | environment
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, input=stdin, env=surroundings)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    async def rows(self, query: str, **values: object) -> list[Any]:
        """As the database's owner."""
        engine = create_async_engine(asyncpg_url(self.ground.owner_url))
        try:
            async with engine.begin() as connection:
                result = await connection.execute(text(query), values)
                return list(result.all()) if result.returns_rows else []
        finally:
            await engine.dispose()

    def with_keys(self, keys: str) -> "Installation":
        return replace(self, encryption_keys=keys)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "VMESTE_ENVIRONMENT": "test",
            "VMESTE_DATABASE_URL": self.ground.owner_url,
            "VMESTE_ROLE_SECRET": ROLE_SECRET,
            "VMESTE_REDIS_URL": self.ground.redis_url,
            "VMESTE_MEDIA_URL": self.ground.media.as_uri(),
            "VMESTE_IDENTITY_PUBLIC_KEYS": encode_public(private_key(SIGNING_KEY).public_key()),
            "VMESTE_ENCRYPTION_KEYS": self.encryption_keys,
            "VMESTE_GATEWAY_DATABASE_URL": self.ground.url_of(service_role(ServiceName.GATEWAY)),
            "VMESTE_GATEWAY_SIGNING_KEYS": SIGNING_KEY,
            "VMESTE_RELAY_DATABASE_URLS": json.dumps(dict.fromkeys(ServiceName, self.ground.relay_url)),
        }


async def new_database(ground: Ground) -> str:
    """An empty, migrated one beside the test run's own. Returns the owner's URL."""
    return await copied(ground.owner_url, f"installation_{uuid4().hex}")


async def new_installation(ground: Ground, media: Path) -> Installation:
    return Installation(replace(ground, owner_url=await new_database(ground), media=media))
