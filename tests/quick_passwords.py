"""Passwords that cost next to nothing, for the hundreds who sign in; how strong hashes are is asked elsewhere."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher


@contextmanager
def quick_passwords() -> Generator[None]:
    """For gateways that are opened meanwhile, as long as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.gateway.sign_in.actions.passwords.PasswordHasher", _quick)
        yield


def _quick(**_: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
