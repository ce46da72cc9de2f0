"""A Python client is generated from the API document, and used against the house."""

import asyncio
import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deploy.openapi import DOCUMENT
from tests.e2e.clients.document import operation_ids
from tests.e2e.unions import PASSWORD, Union

NAME = "vmeste_generated"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("python-client")
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DOCUMENT)]
    made = subprocess.run(  # noqa: S603 - the generator, over the project's own document
        [*generator, "--output-path", str(folder / NAME), "--meta", "none", "--config", str(_without_hooks(folder))],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(NAME)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
            del sys.modules[name]


def _without_hooks(folder: Path) -> Path:
    """The generator would tidy what it wrote with a formatter; nobody reads it."""
    config = folder / "config.json"
    config.write_text(json.dumps({"post_hooks": []}))
    return config


def test_there_is_a_function_for_every_operation(package: ModuleType) -> None:
    api = importlib.import_module(f"{NAME}.api")
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(api.__path__, f"{NAME}.api.")
        if not found.ispkg
    ]
    functions = {module.__name__.rsplit(".", 1)[1] for module in modules if hasattr(module, "asyncio_detailed")}
    assert functions == operation_ids()


async def test_a_chair_signs_in_and_adds_an_organization(package: ModuleType, union: Union) -> None:
    told = await asyncio.to_thread(_story, union.hall.address, union.sign_in_name, PASSWORD)
    assert told == (union.root, "ППО школы № 7", 404, "not_found")


def _story(address: str, sign_in_name: str, password: str) -> tuple[str, str, int, str]:
    client, models = _of("client"), _of("models")
    with client.Client(base_url=address) as outside:
        body = models.GatewayLogin(sign_in_name=sign_in_name, password=password)
        tokens = _of("api.sign_in.auth_login").sync(client=outside, body=body)
    with client.AuthenticatedClient(base_url=address, token=tokens.access_token) as inside:
        me = _of("api.sign_in.me_read").sync(client=inside)
        new = models.GatewayNewOrganization(
            parent_id=me.tenant_id, kind=models.GatewayOrganizationKind.PRIMARY, name="ППО школы № 7"
        )
        made = _of("api.organizations.organizations_create").sync(client=inside, body=new)
        absent = _of("api.organizations.organizations_read").sync_detailed(me.person.id, client=inside)
    return str(me.tenant_id), made.name, int(absent.status_code), absent.parsed.code


def _of(name: str) -> Any:
    return importlib.import_module(f"{NAME}.{name}")
