"""Sizes, folders and names that the house keeps to."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import PROJECT

LONGEST_FILE = 300
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers"}
PACKAGES = ("services", "shared", "deploy", "tests")


def python_files(*packages: str) -> list[Path]:
    files = [file for package in packages for file in (PROJECT / package).rglob("*.py")]
    return sorted(file for file in files if "migrations" not in file.parts)


def told(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_a_file_is_one_thought() -> None:
    lengths = {told(file): len(file.read_text().splitlines()) for file in python_files(*PACKAGES)}
    assert {
        name: length
        for name, length in lengths.items()
        if length > (LONGEST_TEST_FILE if name.startswith("tests/") else LONGEST_FILE)
    } == {}


def test_a_function_fits_a_screen() -> None:
    long = {
        f"{told(file)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for file in python_files("services", "shared", "deploy")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_every_folder_with_python_in_it_is_a_package() -> None:
    """Without `__init__.py` in every test folder `tests/unit/requests` would be imported as `requests`."""
    folders = {file.parent for file in python_files(*PACKAGES)}
    assert [told(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_name_is_vague() -> None:
    assert [told(file) for file in python_files(*PACKAGES) if file.stem in VAGUE_NAMES] == []


@pytest.mark.parametrize("folder", [".", "services", "tests/unit"])
def test_requests_is_the_package_of_that_name_and_never_ours(folder: str) -> None:
    """As every process is started: by module name, with PYTHONSAFEPATH, wherever one stands."""
    found = subprocess.run(
        [sys.executable, "-c", "import requests; print(requests.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT / folder,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    ).stdout
    assert "site-packages" in found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def traces_in(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / ".ci" / "no_machine_traces"], capture_output=True, text=True, check=False, cwd=folder
    )


def test_no_file_names_a_package_index_or_somebodys_machine() -> None:
    found = traces_in(PROJECT)
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("trace", ["https://py" + "pi.org/simple", "'/ro" + "ot/vmeste'", "see /wo" + "rk/notes"])
def test_a_planted_trace_is_found(checkout: Path, trace: str) -> None:
    (checkout / "notes.md").write_text(f"first\n{trace}\n")
    found = traces_in(checkout)
    assert found.returncode == 1
    assert "notes.md:2:" in found.stdout


@pytest.mark.parametrize("harmless", ["services/network/wo" + "rk/", "a/ro" + "ot/b", "the ro" + "ot/wo" + "rk"])
def test_what_only_looks_like_a_trace_is_not(checkout: Path, harmless: str) -> None:
    (checkout / "notes.md").write_text(harmless + "\n")
    assert traces_in(checkout).returncode == 0
