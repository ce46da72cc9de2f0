"""A notification's turn has come. For mail the attempt is committed, then the call, then its result, as for posts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.gateway.notifications.actions.addresses import messenger_accounts_of
from services.gateway.notifications.actions.opting_out import opt_out_url
from services.gateway.notifications.actions.outcomes import end, settle
from services.gateway.notifications.actions.readers import Reader, preferences_of, reader_of
from services.gateway.notifications.actions.wording import ended_by, subject_of, text_of
from services.gateway.notifications.rules.kinds import Way, kind_named
from services.gateway.notifications.rules.tellings import LEASE, NOTICE_LASTS, OPEN, TellingState
from services.gateway.notifications.rules.timing import Decision, Turn, decide, start_of_day
from services.gateway.notifications.tables import Notification, NotificationTelling
from services.gateway.people.tables import Person
from services.gateway.runtime import gateway_of
from services.gateway.sign_in.actions.named_accounts import mail_address_of
from shared.clock import new_id
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.gateway import NotificationDue
from shared.contracts.publisher import NoticeRequested
from shared.mail import MailOutcome, MailState

_CALL_SECONDS = 25.0  # of one mail, all its steps together; a queue job may last 30
_STATES = {
    MailState.SENT: TellingState.SENT,
    MailState.REJECTED: TellingState.REJECTED,
    MailState.FAILED: TellingState.WAITING,  # another try
    MailState.UNKNOWN: TellingState.UNKNOWN,
}


@dataclass(frozen=True)
class Letter:
    """A mail that is to be sent now."""

    telling_id: UUID
    address: str
    subject: str
    text: str
    opt_out: str


async def tell(work: Work, due: NotificationDue) -> None:
    """One attempt. A repeat finds it made, or being made, or broken off."""
    async with work.transaction() as context:
        letter = await _begin(context, due)
    if letter is None:
        return
    outcome = await _mailed(work, letter)
    async with work.transaction() as context:
        telling = await context.store.lock(NotificationTelling, letter.telling_id)
        if _is_at(telling, due):
            await settle(context, telling, _STATES[outcome.state], outcome.code)


async def _mailed(work: Work, letter: Letter) -> MailOutcome:
    """One click ends such mails, as RFC 8058 has it. The same telling is the same message for the reader's server."""
    headers = {
        "List-Unsubscribe": f"<{letter.opt_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mailer = gateway_of(work.runtime).mailer
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            return await mailer.send(
                letter.address, letter.subject, letter.text, headers=headers, message_id=letter.telling_id
            )
    except TimeoutError:
        return MailOutcome(MailState.UNKNOWN, "timeout")


async def _begin(context: Context, due: NotificationDue) -> Letter | None:
    """Commit to an attempt; None when there is nothing more to do for it now. Raises Later."""
    query = select(NotificationTelling).where(
        col(NotificationTelling.notification_id) == due.notification_id, col(NotificationTelling.way) == due.way
    )
    found = await context.store.first(query)
    if found is None:
        return None
    await context.store.lock(Person, found.person_id)  # what a person gets today is counted by one at a time
    telling = await context.store.lock(NotificationTelling, found.id)
    if _is_at(telling, due):
        await _break_off(context, telling)
        return None
    if telling.state not in OPEN or telling.attempts + 1 != due.attempt or telling.carrier_id is not None:
        return None
    early = (telling.due_at - context.now).total_seconds()
    if early > 0:  # a repeat of the message before it was put off
        raise Later(early)
    reader = await reader_of(context, telling.person_id)
    notifications = [] if reader is None else await _wanted(context, telling, reader)
    if reader is None or not notifications:
        await end(context, telling, TellingState.DROPPED, "declined")
        return None
    decision = await _decision(context, telling, reader, notifications)
    if decision.turn is not Turn.TELL:
        await _put_off(context, telling, decision)
        return None
    return await _set_out(context, telling, reader, notifications)


async def _wanted(context: Context, telling: NotificationTelling, reader: Reader) -> list[Notification]:
    """What it carries and the person still wants, in order."""
    carried = select(NotificationTelling.notification_id).where(col(NotificationTelling.carrier_id) == telling.id)
    ids = [telling.notification_id, *await context.store.all(carried)]
    rows = await context.store.all(
        select(Notification).where(col(Notification.id).in_(ids)).order_by(col(Notification.id))
    )
    return [row for row in rows if telling.way in reader.ways(kind_named(row.kind))]


async def _decision(
    context: Context, telling: NotificationTelling, reader: Reader, notifications: Sequence[Notification]
) -> Decision:
    wanted = await preferences_of(context, reader)
    today = (
        select(func.count())
        .select_from(NotificationTelling)
        .where(
            col(NotificationTelling.person_id) == telling.person_id,
            col(NotificationTelling.way) == telling.way,
            col(NotificationTelling.began_at) >= start_of_day(context.now, wanted.zone),
        )
    )
    told_today: int = (await context.store.execute(today)).scalar_one()
    held = telling.state is TellingState.HELD or telling.attempts > 0
    urgent = any(notification.urgent for notification in notifications)
    return decide(context.now, wanted, told_today, urgent=urgent, held=held)


async def _put_off(context: Context, telling: NotificationTelling, decision: Decision) -> None:
    """Until the morning: by itself, or with what waits for it already."""
    telling.due_at = decision.at
    if decision.turn is Turn.HOLD:
        telling.state = TellingState.HELD
        waiting = select(NotificationTelling).where(
            col(NotificationTelling.person_id) == telling.person_id,
            col(NotificationTelling.way) == telling.way,
            col(NotificationTelling.state) == TellingState.HELD,
            col(NotificationTelling.carrier_id).is_(None),
            col(NotificationTelling.id) != telling.id,
        )
        carrier = await context.store.first(waiting.order_by(col(NotificationTelling.id)))
        if carrier is not None:
            telling.carrier_id = carrier.id
            telling.due_at = carrier.due_at
            return
    due = NotificationDue(notification_id=telling.notification_id, way=telling.way, attempt=telling.attempts + 1)
    await context.emit(due, available_at=decision.at)


async def _set_out(
    context: Context, telling: NotificationTelling, reader: Reader, notifications: Sequence[Notification]
) -> Letter | None:
    """A letter, or a notice on its way to the publisher."""
    language = reader.settings.language
    opt_out = await opt_out_url(context, reader.person_id, *ended_by(notifications, telling.way))
    text = text_of(context, notifications, language, opt_out)
    if telling.way is Way.MESSENGER:
        await _hand_to_publisher(context, telling, text)
        return None
    address = await mail_address_of(context, reader.person_id)
    if address is None:
        await end(context, telling, TellingState.FAILED, "no_address")
        return None
    _note_attempt(context, telling)
    telling.lease_until = await context.store.database_now() + LEASE
    return Letter(telling.id, address, subject_of(notifications, language), text, opt_out)


async def _hand_to_publisher(context: Context, telling: NotificationTelling, text: str) -> None:
    """Each attempt asks for another of the person's accounts."""
    accounts = await messenger_accounts_of(context, telling.person_id)
    if telling.attempts >= len(accounts):
        await end(context, telling, TellingState.FAILED, telling.code or "no_account")
        return
    account = accounts[telling.attempts]
    _note_attempt(context, telling)
    telling.reference_id = new_id()
    await context.emit(
        NoticeRequested(
            reference_id=telling.reference_id,
            network=account.network,
            external_user_id=account.external_id,
            sealed_text=context.runtime.cipher.encrypt(text),
            expires_at=context.now + NOTICE_LASTS,
        )
    )


def _note_attempt(context: Context, telling: NotificationTelling) -> None:
    telling.attempts += 1
    telling.state = TellingState.SENDING
    telling.began_at = context.now


async def _break_off(context: Context, telling: NotificationTelling) -> None:
    """The attempt of a worker that is gone. Raises Later while it may still be at work."""
    if telling.lease_until is None:  # in the publisher's hands
        return
    left = (telling.lease_until - await context.store.database_now()).total_seconds()
    if left > 0:
        raise Later(left)
    await settle(context, telling, TellingState.UNKNOWN, "interrupted")


def _is_at(telling: NotificationTelling, due: NotificationDue) -> bool:
    """Whether this attempt has begun and has no result."""
    return telling.state is TellingState.SENDING and telling.attempts == due.attempt
