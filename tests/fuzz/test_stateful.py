"""Schemathesis over the whole API as a client meets it: through the edge, with all of its checks, one call leading to another.

What an operation made (the id in its answer or `Location`) is used by those that follow, after its removal too. `make
fuzz` takes a few minutes for it, the short form half a minute.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from deploy.openapi import build
from tests.e2e.serving import loopback_listener, served
from tests.security.house import Branch, Services
from tests.security.operations import ENDLESS

pytestmark = pytest.mark.fuzz
SECONDS: Final = 30 if os.environ.get("VMESTE_SHORT") else 240
CONFIGURATION: Final = Path(__file__).parent / "schemathesis.toml"
HOOKS: Final = Path(__file__).parent / "hooks.py"


async def test_one_call_leads_to_another_and_every_answer_is_as_documented(branch: Branch, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(build()))
    listener, address = loopback_listener()
    async with served(branch.services.edge, listener, lifespan="off"), _told(branch.services):
        fuzzed = await asyncio.to_thread(_fuzz, document, address, branch)
    print(fuzzed.stdout[-20_000:])  # noqa: T201 - how much was covered
    assert fuzzed.returncode == 0, fuzzed.stdout[-20_000:]


@asynccontextmanager
async def _told(services: Services) -> AsyncGenerator[None, None]:
    """Messages are carried meanwhile, as the relay does: what one service changed the others hear within a moment."""
    done = asyncio.Event()

    async def carry() -> None:
        while not done.is_set():
            await services.drain()
            await asyncio.sleep(0.05)

    carrying = asyncio.create_task(carry())
    yield
    done.set()
    await carrying


def _fuzz(document: Path, address: str, branch: Branch) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - the project's own document
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", str(document)),
            *("--url", address, "--header", f"Authorization: {branch.client.headers['authorization']}"),
            *("--checks", "all"),
            *(argument for name in ENDLESS for argument in ("--exclude-operation-id", name)),
            *("--phases", "stateful", "--max-time", str(SECONDS), "--continue-on-failure", "--no-color"),
        ],
        cwd=document.parent,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS), "VMESTE_FUZZ_ORGANIZATION": branch.organization},
        capture_output=True,
        text=True,
        timeout=SECONDS * 4,
        check=False,
    )
