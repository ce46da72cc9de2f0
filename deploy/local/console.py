"""What the processes write: one file each, and one for all together with the process's name before each line."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

from pydantic import JsonValue, TypeAdapter, ValidationError

ALL: Final = "all"
LARGEST: Final = 32 * 2**20  # bytes of a log file; then it becomes <name>.log.1 and a new one begins
_OWN_FIELDS: Final = frozenset({"timestamp", "level", "event", "process", "environment"})
_STRUCTURED: Final = TypeAdapter(dict[str, JsonValue])


class LogBook:
    """The log files of one folder. A full disk loses lines, never a process."""

    def __init__(self, folder: Path, width: int) -> None:
        self._folder: Final = folder
        self._width: Final = width
        self._files: Final[dict[str, BinaryIO]] = {}
        self.lost_lines = 0

    def write(self, name: str, lines: Iterable[str]) -> None:
        text = [line.rstrip("\r\n") for line in lines]
        self._append(name, "".join(f"{line}\n" for line in text))
        self._append(ALL, "".join(f"{name:<{self._width}} | {line}\n" for line in text))

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _append(self, name: str, text: str) -> None:
        try:
            self._file(name).write(text.encode(errors="replace"))
        except OSError:
            self.lost_lines += text.count("\n")

    def _file(self, name: str) -> BinaryIO:
        path = self._folder / f"{name}.log"
        file = self._files.get(name)
        if file is not None and file.tell() > LARGEST:
            file.close()
            path.rename(path.with_suffix(".log.1"))
            file = None
        if file is None:
            file = self._files[name] = path.open("ab", buffering=0)
        return file


def readable(line: str) -> str:
    """A line of the merged log for people: a structured one as time, level, event and its fields."""
    name, separator, text = line.rstrip("\n").partition(" | ")
    if not separator:
        return line.rstrip("\n")
    try:
        event = _STRUCTURED.validate_json(text)
    except ValidationError:
        return line.rstrip("\n")
    if "event" not in event:
        return line.rstrip("\n")
    fields = " ".join(f"{key}={value}" for key, value in event.items() if key not in _OWN_FIELDS)
    moment = str(event.get("timestamp", ""))[11:19]
    return f"{name} | {moment} {event.get('level', ''):<7} {event['event']} {fields}".rstrip()
