"""How long a newcomer waits, and what the house takes."""

import pytest

from tests.bench.conftest import Say, Started

pytestmark = pytest.mark.bench


def test_start_and_memory(started: Started, say: Say) -> None:
    say(f"\nmake up, cold (environment, packages, databases, demo union, tour): {started.cold:.1f} s")
    say(f"make up, second (state kept): {started.second:.1f} s")
    memory = started.stack.memory()
    say(f"memory of all {len(memory)} processes: {sum(memory.values()) / 2**20:.0f} MB PSS")
    for name, size in sorted(memory.items(), key=lambda each: -each[1]):
        say(f"  {name:20} {size / 2**20:5.0f} MB")
