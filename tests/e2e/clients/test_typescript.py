"""A TypeScript client is generated from the API document, compiled strictly, and used against the house."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from deploy.openapi import DOCUMENT
from tests.e2e.clients.document import operation_ids, webhook_ids
from tests.e2e.unions import PASSWORD, Union

HERE: Final = Path(__file__).parent / "typescript"
NPM: Final = shutil.which("npm")
NODE: Final = shutil.which("node")

pytestmark = pytest.mark.skipif(
    not (NPM and NODE) and not os.environ.get("VMESTE_REQUIRE_NODE"), reason="no node and npm on this machine"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages by their lock file, the types of the document, the compiled story."""
    folder = tmp_path_factory.mktemp("typescript") / "client"
    shutil.copytree(HERE, folder)
    _run(folder, str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    _run(folder, "node_modules/.bin/openapi-typescript", str(DOCUMENT), "--output", "schema.ts")
    _run(folder, "node_modules/.bin/tsc", "--project", "tsconfig.json")
    return folder


def test_there_is_a_type_for_every_operation(project: Path) -> None:
    operations = project.joinpath("schema.ts").read_text().split("export interface operations {")[1]
    assert set(re.findall(r"^    (\w+): \{$", operations, re.MULTILINE)) == operation_ids() | webhook_ids()


async def test_a_chair_signs_in_and_adds_an_organization(project: Path, union: Union) -> None:
    arguments = ("out/story.js", union.hall.address, union.sign_in_name, PASSWORD)
    told = json.loads(await asyncio.to_thread(_run, project, str(NODE), *arguments))
    assert told == {"tenant": union.root, "organization": "ППО школы № 7", "version": '"1"', "absent": "not_found"}


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)  # noqa: S603 - the project's own
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
