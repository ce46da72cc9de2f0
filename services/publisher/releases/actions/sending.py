"""Send a release: one letter to each contact. The attempt is committed, the letter handed over, its end recorded.

What the mail server may have taken is `unknown` and is not sent again by itself. Locks: release, then recipient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.actions.calls import BROKEN_OFF, Verdict
from services.publisher.channels.rules.attempts import (
    LEASE,
    OPEN,
    WAITING,
    AttemptOutcome,
    DeliveryState,
    Doubt,
    Tried,
    step_after,
)
from services.publisher.directory.tables import Organization
from services.publisher.enterprises.actions.history import note_event
from services.publisher.enterprises.rules.relationship import EventKind
from services.publisher.links.actions.making import with_short_links
from services.publisher.links.actions.places import Spot
from services.publisher.links.rules.targets import TargetKind
from services.publisher.networks.outcomes import Reason
from services.publisher.releases.actions.alerts import alert_to_unknown_letter
from services.publisher.releases.actions.contacts import suppress, suppressed_among
from services.publisher.releases.actions.drafting import held_release
from services.publisher.releases.actions.following import addresses_of
from services.publisher.releases.rules.contacts import ContactState
from services.publisher.releases.rules.letters import Letter, embargo_in_words, letter_of
from services.publisher.releases.rules.states import (
    MailNotConfigured,
    ReleaseState,
    check_draft,
    check_ready,
)
from services.publisher.releases.tables import Contact, Release, ReleaseRecipient
from services.publisher.runtime import publisher_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import ReleaseLetterDue
from shared.local_time import zone_named
from shared.mail import MailOutcome, MailState

_NO_SUCH_MAILBOX: Final = frozenset({"550", "551", "553", "address"})
_NO_TOOL: Final = Doubt(repeat_is_harmless=False, reconciles=False)  # mail has none against doubles
OPTED_OUT: Final = Reason(
    "letter.opted_out",
    {"ru": "Контакт отказался от таких писем", "en": "The contact wants no such letters"},
)
UNDELIVERABLE: Final = Reason(
    "letter.undeliverable", {"ru": "Такого почтового ящика нет", "en": "There is no such mailbox"}
)
SAME_ADDRESS: Final = Reason(
    "letter.same_address",
    {"ru": "На этот адрес релиз уже идёт другому контакту", "en": "The release goes to this address already"},
)
_CONTACT_GONE: Final = Reason("letter.contact_gone", {"ru": "Контакт удалён", "en": "The contact was deleted"})
_REASONS: Final[Mapping[MailState, Reason]] = {
    MailState.REJECTED: Reason(
        "letter.rejected", {"ru": "Почтовый сервер не принял письмо", "en": "The mail server refused the letter"}
    ),
    MailState.FAILED: Reason(
        "letter.not_taken",
        {"ru": "Почтовый сервер сейчас не принимает письма", "en": "The mail server takes no letters now"},
    ),
    MailState.UNKNOWN: Reason(
        "letter.no_answer",
        {
            "ru": "Связь прервалась, когда письмо уже ушло: возможно, сервер его принял. Спросите получателя",
            "en": "The connection broke when the letter had gone: the server may have taken it. Ask the recipient",
        },
    ),
}
_OUTCOMES: Final[Mapping[MailState, AttemptOutcome]] = {
    MailState.SENT: AttemptOutcome.SENT,
    MailState.REJECTED: AttemptOutcome.REJECTED,
    MailState.FAILED: AttemptOutcome.NOT_SENT,
    MailState.UNKNOWN: AttemptOutcome.UNKNOWN,
}
WITHHELD: Final[Mapping[ContactState, Reason]] = {
    ContactState.OPTED_OUT: OPTED_OUT,
    ContactState.UNDELIVERABLE: UNDELIVERABLE,
}


@dataclass(frozen=True)
class _Ready:
    email: str
    letter: Letter
    way_out: str


async def send_release(context: Context, release_id: UUID, if_match: str | None) -> Release:
    """To every chosen contact that may be written to.

    Raises NotFound, Forbidden, Stale, ReleaseStateForbids, ReleaseNotReady, MailNotConfigured.
    """
    release = await held_release(context, release_id, if_match)
    check_draft(release.state)
    query = select(ReleaseRecipient).where(ReleaseRecipient.release_id == release_id)
    recipients = await context.store.all(query.order_by(col(ReleaseRecipient.id)))
    check_ready(release.title, release.text, len(recipients))
    if not publisher_of(context.runtime).mailer.is_configured:
        raise MailNotConfigured
    await _address(context, recipients)
    release.state = ReleaseState.SENDING
    release.sent_at = context.now
    release.version += 1
    await context.emit_all(
        [ReleaseLetterDue(recipient_id=one.id, attempt=1) for one in recipients if one.state in WAITING]
    )
    await refresh_release(context, release)
    return release


async def _address(context: Context, recipients: Sequence[ReleaseRecipient]) -> None:
    """Each address once; those that are not written to are dropped here already, with the reason."""
    chosen = select(Contact).where(col(Contact.id).in_([one.contact_id for one in recipients]))
    emails = {contact.id: contact.email for contact in await context.store.all(chosen)}
    withheld = await suppressed_among(context, list(emails.values()))
    taken = set[str]()
    for one in recipients:
        email = None if one.contact_id is None else emails.get(one.contact_id)
        if email is None or email in taken:
            _drop(one, _CONTACT_GONE if email is None else SAME_ADDRESS)
            continue
        taken.add(email)
        one.email = email
        if email in withheld:
            _drop(one, WITHHELD[withheld[email]])


async def send_letter(work: Work, due: ReleaseLetterDue) -> None:
    """One attempt. A repeat finds the attempt made, or being made, or broken off by a worker that is gone."""
    publisher = publisher_of(work.runtime)
    with publisher.lanes.letter():
        async with work.transaction() as context:
            ready = await _begin(context, due)
        if ready is None:
            return
        outcome = await publisher.mailer.send(
            ready.email,
            ready.letter.subject,
            ready.letter.text,
            ready.letter.html,
            headers={
                "List-Unsubscribe": f"<{ready.way_out}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            message_id=due.recipient_id,  # the same each time: the reader's server sees a repeat
        )
    async with work.transaction() as context:
        held = await locked_recipient(context, due.recipient_id)
        if held is not None and _is_at(held[1], due):
            await _settle(context, *held, _verdict_of(outcome))


async def locked_recipient(context: Context, recipient_id: UUID) -> tuple[Release, ReleaseRecipient] | None:
    """A letter and its release, held until the transaction ends; None when there is none."""
    recipient = await context.store.find(ReleaseRecipient, recipient_id)
    if recipient is None:
        return None
    release = await context.store.lock(Release, recipient.release_id)
    return release, await context.store.lock(ReleaseRecipient, recipient_id)


async def refresh_release(context: Context, release: Release) -> None:
    """It is `sent` when nothing more happens to any letter by itself, and `sending` again when something does."""
    await context.store.flush()
    query = select(ReleaseRecipient.id).where(
        ReleaseRecipient.release_id == release.id, col(ReleaseRecipient.state).in_(OPEN)
    )
    state = ReleaseState.SENT if await context.store.first(query) is None else ReleaseState.SENDING
    if state is not release.state:
        release.state = state
        release.version += 1


async def _begin(context: Context, due: ReleaseLetterDue) -> _Ready | None:
    """Commit to an attempt; None when there is none to make. Raises Later."""
    held = await locked_recipient(context, due.recipient_id)
    if held is None:
        return None
    release, one = held
    if _is_at(one, due):
        await _break_off(context, release, one)
        return None
    if one.state not in WAITING or one.attempts + 1 != due.attempt:
        return None
    contact = None if one.contact_id is None else await context.store.find(Contact, one.contact_id)
    if contact is None or one.email is None:
        _drop(one, _CONTACT_GONE)
        await refresh_release(context, release)
        return None
    withheld = (await suppressed_among(context, [one.email])).get(one.email)
    if withheld is not None:
        _drop(one, WITHHELD[withheld])
        await refresh_release(context, release)
        return None
    one.state = DeliveryState.SENDING
    one.attempts = due.attempt
    one.next_attempt_at = None
    one.lease_until = await context.store.database_now() + LEASE
    one.version += 1
    return _Ready(one.email, *await _written(context, release, one, contact.language))


async def _written(context: Context, release: Release, one: ReleaseRecipient, language: str) -> tuple[Letter, str]:
    """The letter, and the address that ends such letters."""
    organization = await context.store.get(Organization, release.organization_id)
    embargo = None
    if release.embargo_until is not None and release.embargo_until > context.now:
        embargo = embargo_in_words(release.embargo_until, zone_named(organization.timezone), language)
    text = await with_short_links(
        context,
        release.text,
        organization_id=release.organization_id,
        kind=TargetKind.RELEASE,
        about_id=release.id,
        spot=Spot.mail(),
    )
    addresses = addresses_of(context, one)
    return letter_of(release.title, text, embargo, organization.name, language, addresses), addresses.way_out


async def _break_off(context: Context, release: Release, one: ReleaseRecipient) -> None:
    """The attempt of a worker that is gone. Raises Later while it may still be at work."""
    left = timedelta(0) if one.lease_until is None else one.lease_until - await context.store.database_now()
    if left > timedelta(0):
        raise Later(left.total_seconds())
    await _settle(context, release, one, BROKEN_OFF)


async def _settle(context: Context, release: Release, one: ReleaseRecipient, verdict: Verdict) -> None:
    """Record how the last attempt ended, and what follows."""
    step = step_after(verdict.outcome, Tried(one.tries, timedelta(0)), _NO_TOOL, verdict.pause, context.chance.below)
    one.state = step.state
    one.tries += step.uses_up_a_try
    one.lease_until = None
    one.reason = None if verdict.reason is None else words_of(verdict.reason)
    one.version += 1
    if step.state is DeliveryState.SENT:
        await note_sent(context, release, one)
    elif step.state is DeliveryState.UNKNOWN:
        await alert_to_unknown_letter(context, release)
    if verdict.reason is UNDELIVERABLE and one.email is not None:
        await suppress(context, one.email, ContactState.UNDELIVERABLE)
    if step.next_attempt_in is not None:
        one.next_attempt_at = context.now + step.next_attempt_in
        due = ReleaseLetterDue(recipient_id=one.id, attempt=one.attempts + 1)
        await context.emit(due, available_at=one.next_attempt_at)
    await refresh_release(context, release)


async def note_sent(context: Context, release: Release, one: ReleaseRecipient) -> None:
    """It is out: the history with the enterprise that the contact leads knows it too."""
    one.sent_at = context.now
    contact = None if one.contact_id is None else await context.store.find(Contact, one.contact_id)
    if contact is not None and contact.enterprise_id is not None:
        await note_event(
            context,
            contact.enterprise_id,
            EventKind.RELEASE_SENT,
            source_key=f"release:{release.id}",
            happened_at=context.now,
        )


def _verdict_of(outcome: MailOutcome) -> Verdict:
    if outcome.state is MailState.SENT:
        return Verdict(AttemptOutcome.SENT)
    if outcome.state is MailState.REJECTED and outcome.code in _NO_SUCH_MAILBOX:
        return Verdict(AttemptOutcome.REJECTED, UNDELIVERABLE)
    known = _REASONS[outcome.state]
    return Verdict(_OUTCOMES[outcome.state], Reason(known.code, known.text, outcome.code))


def _drop(one: ReleaseRecipient, reason: Reason) -> None:
    one.state = DeliveryState.DROPPED
    one.reason = words_of(reason)
    one.next_attempt_at = None
    one.version += 1


def _is_at(one: ReleaseRecipient, due: ReleaseLetterDue) -> bool:
    """Whether this attempt has begun and has no result."""
    return one.state is DeliveryState.SENDING and one.attempts == due.attempt
