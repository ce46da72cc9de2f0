"""The ledger of consents: lines are added, none is changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from services.gateway.consents.actions.reaching import (
    check_books,
    check_looked_after,
    get_of_person,
    list_books,
    of_reached,
)
from services.gateway.consents.rules.ledger import (
    AlreadyWithdrawn,
    NotForGreetings,
    Purpose,
    Step,
    Way,
    check_moment,
    hash_of,
)
from services.gateway.consents.schemas.ledger import (
    ConsentsQuery,
    ConsentTextsQuery,
    ConsentView,
    NewConsent,
    NewConsentText,
    Withdrawal,
)
from services.gateway.consents.tables import ConsentEntry, ConsentEvidence, ConsentText
from services.gateway.organizations.actions import REACH
from services.gateway.organizations.tables import Organization, OrganizationReach
from services.gateway.people.actions import forget_birth_day, keep_birth_day
from services.gateway.people.actions.records import is_record_of
from services.gateway.people.tables import Membership, Person
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


async def add_consent_text(context: Context, body: NewConsentText) -> ConsentText:
    """A new version; earlier ones stay, for people agreed to them. Raises NotFound, Forbidden."""
    await REACH.check(context, body.organization_id, Permission.MANAGE_PERSONAL_DATA)
    await context.store.lock(
        Organization, body.organization_id
    )  # two versions at once: the second gets the next number
    present = select(func.max(ConsentText.text_version)).where(
        ConsentText.organization_id == body.organization_id, ConsentText.purpose == body.purpose
    )
    return await context.store.insert(
        ConsentText(
            organization_id=body.organization_id,
            purpose=body.purpose,
            text_version=(await context.store.first(present) or 0) + 1,
            title=body.title,
            text=body.text,
            text_hash=hash_of(body.text),
            created_by=context.caller.person_id,
            created_at=context.now,
        )
    )


async def list_consent_texts(context: Context, query: ConsentTextsQuery) -> tuple[list[ConsentText], str | None]:
    """Newest first: of the organizations that the caller acts for, and of those above one's own. Raises NotFound."""
    statement = select(ConsentText).where(_is_shown(context))
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.SEE_ORGANIZATION)
        statement = statement.where(ConsentText.organization_id == query.organization_id)
    if query.purpose is not None:
        statement = statement.where(ConsentText.purpose == query.purpose)
    return await paginate(context, statement, ConsentText.id, query)


async def read_consent_text(context: Context, text_id: UUID) -> ConsentText:
    """Raises NotFound."""
    return await _words(context, text_id, _is_shown(context))


async def give_consent(context: Context, body: NewConsent) -> ConsentView:
    """One's own, or one that staff write down. Raises NotFound, Forbidden, OutOfTime, NotForGreetings, InvalidBirthDay."""
    await _check_theirs(context, body.person_id)
    words = await _words(context, body.consent_text_id, _is_above(_homes(body.person_id)))
    happened_at = body.happened_at or context.now
    check_moment(happened_at, context.now)
    entry = _entry(context, body.person_id, words, Step.GIVEN, body.way, happened_at)
    await _keep(context, entry, body.evidence)
    if body.birth_day is not None:
        if words.purpose is not Purpose.GREETINGS:
            raise NotForGreetings
        await keep_birth_day(context, body.person_id, body.birth_day, entry.id)
    return ConsentView.of(entry, None)


async def withdraw_consent(context: Context, consent_id: UUID, body: Withdrawal, if_match: str | None) -> ConsentView:
    """A new line; the old one stays. Raises NotFound, Forbidden, Stale, AlreadyWithdrawn, OutOfTime."""
    given, withdrawn = await _find(context, consent_id)
    check_match(if_match, 1 if withdrawn is None else 2)
    if withdrawn is not None:
        raise AlreadyWithdrawn
    happened_at = body.happened_at or context.now
    check_moment(happened_at, context.now, not_before=given.happened_at)
    words = await context.store.get(ConsentText, given.consent_text_id)
    entry = _entry(context, given.person_id, words, Step.WITHDRAWN, body.way, happened_at)
    entry.withdraws_id = given.id
    try:
        await _keep(context, entry, body.evidence)
    except IntegrityError as error:  # somebody else did at the same moment
        raise AlreadyWithdrawn from error
    if (
        await context.store.first(
            select(Person.id).where(Person.id == given.person_id, Person.birth_day_consent_id == given.id)
        )
        is not None
    ):
        await forget_birth_day(context, given.person_id)
    return ConsentView.of(given, entry)


async def list_consents(context: Context, query: ConsentsQuery) -> tuple[list[ConsentView], str | None]:
    """Newest first: one's own, or those of people whose data the caller looks after. Raises NotFound, Forbidden."""
    narrowed = [col(ConsentEntry.step) == Step.GIVEN]
    if query.purpose is not None:
        narrowed.append(col(ConsentEntry.purpose) == query.purpose)
    ways = [is_record_of(ConsentEntry.person_id, query.person_id or context.caller.person_id)]
    if query.person_id is None:
        ways += of_reached(context, ConsentEntry.person_id, Permission.MANAGE_PERSONAL_DATA)
    elif query.person_id != context.caller.person_id:
        await check_books(context, query.person_id)
    given, after = await list_books(context, ConsentEntry, query, ways, narrowed)
    withdrawn = await _withdrawals(context, given)
    context.has_read(*{entry.person_id for entry in given})
    return [ConsentView.of(entry, withdrawn.get(entry.id)) for entry in given], after


async def read_consent(context: Context, consent_id: UUID) -> ConsentView:
    """Raises NotFound, Forbidden."""
    given, withdrawn = await _find(context, consent_id)
    context.has_read(given.person_id)
    return ConsentView.of(given, withdrawn)


async def _words(context: Context, text_id: UUID, shown: ColumnElement[bool]) -> ConsentText:
    words = await context.store.first(select(ConsentText).where(ConsentText.id == text_id, shown))
    if words is None:
        raise NotFound
    return words


def _is_shown(context: Context) -> ColumnElement[bool]:
    """In a subtree where the caller acts, or what the organizations above ask of the caller themselves."""
    own = _homes(context.caller.person_id)
    return or_(REACH.allowed(context, ConsentText.organization_id, Permission.SEE_ORGANIZATION), _is_above(own))


def _homes(person_id: UUID | None) -> SelectOfScalar[UUID]:
    return select(Membership.organization_id).where(Membership.person_id == person_id)


def _is_above(organizations: SelectOfScalar[UUID]) -> ColumnElement[bool]:
    """The words are of one of `organizations`, or of one above."""
    above = select(OrganizationReach.ancestor_id).where(col(OrganizationReach.organization_id).in_(organizations))
    return col(ConsentText.organization_id).in_(above)


async def _check_theirs(context: Context, person_id: UUID) -> None:
    if person_id != context.caller.person_id:
        await check_looked_after(context, person_id)


async def _find(context: Context, consent_id: UUID) -> tuple[ConsentEntry, ConsentEntry | None]:
    given = await get_of_person(context, ConsentEntry, consent_id)
    if given.step is not Step.GIVEN:
        raise NotFound
    return given, (await _withdrawals(context, [given])).get(given.id)


async def _withdrawals(context: Context, given: Sequence[ConsentEntry]) -> dict[UUID, ConsentEntry]:
    query = select(ConsentEntry).where(col(ConsentEntry.withdraws_id).in_([entry.id for entry in given]))
    return {entry.withdraws_id: entry for entry in await context.store.all(query) if entry.withdraws_id is not None}


def _entry(
    context: Context, person_id: UUID, words: ConsentText, step: Step, way: Way, happened_at: datetime
) -> ConsentEntry:
    return ConsentEntry(
        person_id=person_id,
        consent_text_id=words.id,
        purpose=words.purpose,
        text_hash=words.text_hash,
        step=step,
        way=way,
        happened_at=happened_at,
        recorded_by=context.caller.person_id,
        recorded_at=context.now,
    )


async def _keep(context: Context, entry: ConsentEntry, evidence: str | None) -> None:
    await context.store.insert(entry)
    if evidence is not None:
        sealed = context.runtime.cipher.encrypt(evidence)
        await context.store.insert(ConsentEvidence(id=entry.id, person_id=entry.person_id, sealed=sealed))
