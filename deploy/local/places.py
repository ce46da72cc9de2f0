"""Where the local stack keeps its state: one ignored folder in the project's root."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Places:
    """`VMESTE_STATE` names another folder than `.vmeste`: for a second stack beside the first."""

    root: Path

    @classmethod
    def of_environment(cls) -> "Places":
        return cls(Path(os.environ.get("VMESTE_STATE") or PROJECT / ".vmeste").resolve())

    def make(self) -> None:
        for folder in (self.root, self.logs, self.media, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def database(self) -> Path:
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def all_logs(self) -> Path:
        return self.logs / "all.log"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def keys(self) -> Path:
        return self.root / "keys.json"

    @property
    def sandbox_state(self) -> Path:
        return self.root / "sandbox.sqlite"

    @property
    def demo_loaded(self) -> Path:
        """There once the demo union is loaded and its tour was played to the end."""
        return self.root / "demo_loaded"
