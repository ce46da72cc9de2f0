"""Bluesky's own server on this machine, when its npm package is installed: VMESTE_ATPROTO names the folder."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

START = """
import { TestPlc, TestPds } from '@atproto/dev-env'
const plc = await TestPlc.create({})
const pds = await TestPds.create({ didPlcUrl: plc.url, inviteRequired: false, devMode: true })
console.log(JSON.stringify({ url: pds.url }))
process.stdin.resume()
process.stdin.on('end', async () => { await pds.close(); await plc.close(); process.exit(0) })
"""
STARTS_WITHIN = 60.0  # seconds


def package() -> Path:
    """Where the package is installed. Skips, aloud, where it is not."""
    folder = Path(os.environ.get("VMESTE_ATPROTO", "."))
    if shutil.which("node") is None or not (folder / "node_modules" / "@atproto" / "dev-env").is_dir():
        pytest.skip(
            "Bluesky's own server is not installed: npm install @atproto/dev-env@0.3.215, VMESTE_ATPROTO=its folder"
        )
    return folder


@asynccontextmanager
async def server() -> AsyncGenerator[str]:
    """Its address. It ends when the one who started it goes."""
    process = await asyncio.create_subprocess_exec(
        "node",
        "--input-type=module",
        "--eval",
        START,
        cwd=package(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            async for line in process.stdout:
                if line.startswith(b'{"url"'):
                    break
            else:
                pytest.skip("Bluesky's own server does not start here")
        yield str(json.loads(line)["url"])
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
