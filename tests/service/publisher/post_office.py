"""A mail server in memory: it keeps what it was handed, and answers as a test wants it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.mail import Mailer, MailOutcome, MailState

SENT = MailOutcome(MailState.SENT)
REFUSED = MailOutcome(MailState.REJECTED, "552")
NO_SUCH_MAILBOX = MailOutcome(MailState.REJECTED, "550")
NOT_NOW = MailOutcome(MailState.FAILED, "451")
BROKEN_OFF = MailOutcome(MailState.UNKNOWN, "connection")


@dataclass(frozen=True)
class Posted:
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    message_id: UUID | None


class PostOffice(Mailer):
    def __init__(self, clock: Clock) -> None:
        super().__init__("smtp://127.0.0.1:1", "Пресс-служба <press@vmeste.test>", clock)
        self.reset()

    def reset(self) -> None:
        self.posted: list[Posted] = []
        self.outcomes: list[MailOutcome | Exception] = []

    async def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        message_id: UUID | None = None,
    ) -> MailOutcome:
        self.posted.append(Posted(to, subject, text, html or "", headers or {}, message_id))
        outcome = self.outcomes.pop(0) if self.outcomes else SENT
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
