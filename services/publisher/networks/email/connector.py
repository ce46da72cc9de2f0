"""E-mail: a channel is an address that publications are sent to, from a mailbox that members write to."""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import httpx
import structlog

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Post
from services.publisher.networks.email.doors import Doors, PublicDoors, RehearsalDoors
from services.publisher.networks.email.imap import Reading
from services.publisher.networks.email.letters import NotAnImageError, Outgoing, answer_letter, post_letter
from services.publisher.networks.email.parsing import update_in
from services.publisher.networks.email.smtp import Submission
from services.publisher.networks.inbound import ADDRESS_SECRET, Fetched, Hook, MalformedUpdate, MessageReceived, Update
from services.publisher.networks.outcomes import NeedsReauthorization, Outcome, Rejected, Sent, UpdatesRefused
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused, Timeouts, why_not
from shared.http import believing

_log = structlog.get_logger()
_TAKES: Final = CAPABILITIES[Network.EMAIL]


class EmailConnector(Connector):
    network = Network.EMAIL

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        """`base_url` is that of the stand-ins, else each account names its own servers and nothing is called there."""
        trust = believing(None)
        is_rehearsal = base_url.startswith("http")
        self._doors: Doors = RehearsalDoors(client, base_url, timeouts) if is_rehearsal else PublicDoors(timeouts)
        self._submission = Submission(timeouts, trust)
        self._reading = Reading(timeouts, trust)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        """The server is asked whether it would take a letter to the target; none is sent."""
        try:
            mailbox = _mailbox_of(account)
            door = await self._doors.smtp(account)
            await self._submission.ask(door, mailbox, account.target, Budget(self._timeouts))
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        return Probe(mailbox=mailbox.lower(), mailbox_url=f"mailto:{mailbox}")

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            _mailbox_of(account)
            if len(post.text) > _TAKES.texts.post:
                return Rejected(reason("text_too_long"))
            letter = await asyncio.to_thread(post_letter, account, post, datetime.now(UTC))  # megabytes of images
            return await self._sent(account, letter)
        except NotAnImageError:
            return Rejected(reason("image_refused"))
        except Refused as refused:
            return refused.outcome

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        try:
            _mailbox_of(account)
            if _TAKES.target.fullmatch(message.recipient) is None:
                return Rejected(reason("recipient_not_found"))
            return await self._sent(account, answer_letter(account, message, datetime.now(UTC)))
        except Refused as refused:
            return refused.outcome

    async def _sent(self, account: Account, letter: Outgoing) -> Sent:
        """Raises Refused."""
        budget = Budget(self._timeouts)
        async with budget.preparation():
            door = await self._doors.smtp(account)
        await self._submission.send(door, letter, budget)
        return Sent(letter.message_id)

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        """There is nobody to tell the hook: it is for a server of one's own. What can be asked is the mailbox."""
        del hook
        try:
            door = await self._doors.imap(account)
            if door is None:
                return Missing(Ability.UPDATES, reason("no_imap"))
            await self._reading.since(door, None, datetime.now(UTC))
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None

    async def fetch_updates(self, account: Account, cursor: str | None) -> Fetched | None:
        """Letters that are none, or that no person wrote, are passed over. Raises Unreachable, UpdatesRefused."""
        now = datetime.now(UTC)
        try:
            door = await self._doors.imap(account)
            if door is None:
                return None
            read = await self._reading.since(door, cursor, now)
        except Refused as refused:
            raise UpdatesRefused(why_not(refused.outcome)) from refused
        updates = await asyncio.to_thread(_updates_in, read.letters, now)
        return Fetched(tuple(update for update in updates if not self.is_own(account, update)), read.cursor)

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        del body
        return hmac.compare_digest(headers.get(ADDRESS_SECRET, "").encode(), secret.encode())

    def is_own(self, account: Account, update: Update) -> bool:
        """What the mailbox or the list itself seems to have written is a loop, or somebody who pretends."""
        own = {account.target.lower(), account.secrets.get("mailbox", "").lower()}
        return isinstance(update, MessageReceived) and update.sender.external_user_id in own

    def parse_updates(self, body: bytes) -> list[Update]:
        """`body` is one letter as it was sent, or its beginning: what is cut off was sent along with it."""
        update = update_in(body, datetime.now(UTC))
        return [] if update is None else [update]


def _updates_in(letters: Sequence[bytes], now: datetime) -> list[Update]:
    """In a thread: whoever writes to us decides how long it takes to read."""
    updates: list[Update] = []
    for letter in letters:
        try:
            update = update_in(letter, now)
        except MalformedUpdate:
            _log.info("mail.unreadable", size=len(letter))
        else:
            updates += [] if update is None else [update]
    return updates


def _mailbox_of(account: Account) -> str:
    """Raises Refused for an address that is none, the target's as well."""
    mailbox = account.secrets.get("mailbox", "")
    if _TAKES.target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    if _TAKES.target.fullmatch(mailbox) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return mailbox
