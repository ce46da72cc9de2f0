"""Where a process of the gateway ends itself as `kill -9` would: once, at a named step, and never again after that."""

import functools
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from pathlib import Path


@dataclass(frozen=True)
class FailPoint:
    """`function` as `package.module:name`, an `async def`. The process dies `before` it or after, the `turn`th time.

    After it: of those times that it came to its end, for one that raises (`Later`, say) is no time to die at.
    """

    function: str
    mark: Path  # there once it was reached: the process that comes next lives on
    before: bool = False
    turn: int = 1

    def arm(self) -> None:
        """In this process, before anything runs."""
        module_name, _, path = self.function.partition(":")
        owner_path, _, name = path.rpartition(".")
        module = import_module(module_name)
        owner: object = attrgetter(owner_path)(module) if owner_path else module
        real: Callable[..., Awaitable[object]] = getattr(owner, name)
        came = ended = 0

        @functools.wraps(real)
        async def failing(*arguments: object, **named: object) -> object:
            nonlocal came, ended
            came += 1
            if self.before and came == self.turn:
                self._die()
            result = await real(*arguments, **named)
            ended += 1
            if not self.before and ended == self.turn:
                self._die()
            return result

        setattr(owner, name, failing)

    def was_reached(self) -> bool:
        return self.mark.exists()

    def _die(self) -> None:
        if not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
