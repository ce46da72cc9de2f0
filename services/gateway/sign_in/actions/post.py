"""What is sent after an answer was given: codes and security notices.

The answer must not wait for it: how long it took would tell whether there is such an account. What is under way when
the process ends is lost; whoever waits for a code asks for another.
"""

import asyncio
from collections.abc import Coroutine
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.clock import new_id
from shared.errors import Problem, Unavailable
from shared.mail import Mailer, MailOutcome, MailState

_log = structlog.get_logger()
_MOST: Final = 500  # waiting at once; a flood is refused, not kept
_LOOKING_UP: Final = 2  # connections to the database: the others are for those who wait for an answer
_SENDING: Final = 8  # connections to the mail server
_RETRY_SECONDS: Final = 10
_PAUSES: Final = (2.0, 10.0)  # between tries at a mail server that is away; a repeat of a code harms nobody
_GOODBYE_SECONDS: Final = 5.0


class Post:
    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Semaphore(_SENDING)
        self.looking_up = asyncio.Semaphore(_LOOKING_UP)  # held while the work asks the database

    def hand_over(self, work: Coroutine[None, None, None]) -> None:
        """Do `work` soon. Raises Unavailable when too much waits."""
        if len(self._tasks) >= _MOST:
            work.close()
            raise Unavailable(retry_after=_RETRY_SECONDS)
        task = asyncio.create_task(_done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def mail(self, to: str, subject: str, words: str) -> None:
        """Send, and try again while the server is away."""
        message_id = new_id()
        outcome = await self._sent(to, subject, words, message_id)
        for pause in _PAUSES:
            if outcome.state in {MailState.SENT, MailState.REJECTED}:
                break
            await asyncio.sleep(pause)
            outcome = await self._sent(to, subject, words, message_id)
        if outcome.state is not MailState.SENT:
            _log.warning("sign_in.mail_not_sent", state=outcome.state, code=outcome.code)

    async def settle(self) -> None:
        """Wait for all that was handed over."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give what is under way a few seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _sent(self, to: str, subject: str, words: str, message_id: UUID) -> MailOutcome:
        async with self._sending:
            return await self._mailer.send(to, subject, words, message_id=message_id)


async def _done(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except (Problem, DBAPIError, PoolTimeoutError, OSError) as error:
        _log.warning("sign_in.not_told", error=type(error).__name__)
