"""Hashing: off the event loop, the same work for nobody, and never too much at once."""

import asyncio
from collections.abc import Generator

import pytest

from services.gateway.sign_in.actions import Passwords
from shared.errors import Unavailable


@pytest.fixture
def passwords() -> Generator[Passwords]:
    passwords = Passwords()
    yield passwords
    passwords.close()


async def test_a_password_fits_its_own_hash_alone(passwords: Passwords) -> None:
    known = await passwords.hash("correct horse battery")
    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches("correct horse battery", known)
    assert not await passwords.matches("correct horse batterz", known)
    assert not await passwords.matches("correct horse battery", "not a hash")


async def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not await passwords.matches("a password that nobody has", None)


async def test_the_event_loop_goes_on_meanwhile(passwords: Passwords) -> None:
    hashing = asyncio.create_task(passwords.hash("correct horse battery"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10


async def test_too_many_at_once_are_sent_away(passwords: Passwords) -> None:
    answers = await asyncio.gather(*(passwords.hash("password") for _ in range(80)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert len(refused) == 80 - 64
    assert all(answer.retry_after for answer in refused)
    assert await passwords.hash("password")
