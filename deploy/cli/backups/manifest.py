"""The manifest of a backup: what is in the folder, with hashes. It is written last, so that a half backup has none."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from deploy.cli.failures import Failed

_NAME: Final = "manifest.json"
_CHUNK: Final = 1 << 20


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TablePart(_Part):
    """One table: `file` holds its rows as COPY writes text, compressed."""

    file: str
    columns: list[str]
    rows: int
    sha256: str  # of the file


class FilePart(_Part):
    """One file of the storage."""

    key: str
    file: str
    bytes: int
    sha256: str


class Manifest(_Part):
    made_at: datetime
    revisions: dict[str, str]  # the newest migration of each schema
    tables: dict[str, TablePart]
    files: list[FilePart]
    key_marks: list[str]  # of the encryption keys, newest first; nothing of a key can be told from its mark

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def mark_of(key: str) -> str:
    """What tells two keys apart and says nothing of either."""
    return hashlib.sha256(f"vmeste backup {key.strip()}".encode()).hexdigest()[:16]


def marks_of(keys: str) -> list[str]:
    return [mark_of(key) for key in keys.split(",") if key.strip()]


def hash_of_file(path: Path) -> str:
    summed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            summed.update(chunk)
    return summed.hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    unfinished = folder / f"{_NAME}.new"
    unfinished.write_text(manifest.model_dump_json(indent=2))
    unfinished.rename(folder / _NAME)


def read_manifest(folder: Path) -> Manifest:
    """Raises Failed for what is no whole backup."""
    try:
        return Manifest.model_validate_json((folder / _NAME).read_bytes())
    except FileNotFoundError:
        raise Failed(f"{folder} holds no whole backup: there is no {_NAME} in it.") from None
    except ValidationError:
        raise Failed(f"{folder / _NAME} is not the manifest of a backup of this version.") from None


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises Failed for the first file that is not as it was written."""
    for part in (*manifest.tables.values(), *manifest.files):
        path = folder / part.file
        if not path.is_file():
            raise Failed(f"The backup is damaged: {part.file} is missing.")
        if hash_of_file(path) != part.sha256:
            raise Failed(f"The backup is damaged: {part.file} is not as it was written.")
