"""Two records that are one person become one, and two again when that was a mistake."""

from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.people.actions.read import check_person, check_wholly_managed
from services.gateway.people.actions.telling import tell_person
from services.gateway.people.actions.words import forget_words, keep_words
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.merging import (
    TAKEN_OVER,
    AlreadyMerged,
    LaterMergeFirst,
    MergeUndone,
    gaps_filled,
)
from services.gateway.people.rules.people import Proof
from services.gateway.people.schemas import NewMerge
from services.gateway.people.tables import Contact, Identifier, Membership, Person, PersonMerge
from shared.app import PageQuery, check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

Moved = dict[str, JsonValue]


class MayMerge(Protocol):
    """Whether the roles of two people let them be merged, or told apart again. Given to the application (`app.state.may_merge`)."""

    async def __call__(self, context: Context, survivor_id: UUID, merged_id: UUID) -> None:
        """Raises RoleExceedsYours, LastAdministrator."""
        ...


async def merge_people(context: Context, body: NewMerge, check_may_merge: MayMerge) -> PersonMerge:
    """All that both have, in every organization of theirs, is joined: the caller must manage all of them.

    Raises NotFound, Forbidden, RoleExceedsYours, LastAdministrator, AlreadyMerged.
    """
    for person_id in (body.survivor_id, body.merged_id):
        await check_person(context, person_id, Permission.MANAGE_PEOPLE)
    survivor, merged = await _both(context, body.survivor_id, body.merged_id)
    for person_id in (survivor.id, merged.id):
        await check_wholly_managed(context, person_id)
    await check_may_merge(context, survivor.id, merged.id)
    if survivor.erased_at is not None or merged.erased_at is not None:
        raise NotFound
    if survivor.merged_into_id is not None or merged.merged_into_id is not None:
        raise AlreadyMerged
    moved: Moved = {
        "memberships": await _move_memberships(context, survivor.id, merged.id),
        "identifiers": await _move_identifiers(context, survivor.id, merged.id),
        "contacts": await _move_contacts(context, survivor.id, merged.id),
        "traits": _fill_gaps(survivor, merged),
        "number": merged.membership_number,
    }
    taken = merged.membership_number if survivor.membership_number is None else None
    merged.membership_number, merged.merged_into_id = None, survivor.id
    await context.store.flush()
    survivor.membership_number = taken or survivor.membership_number
    await forget_words(context, merged)
    await _tell(context, survivor, merged)
    return await context.store.insert(
        PersonMerge(
            survivor_id=survivor.id,
            merged_id=merged.id,
            moved=moved,
            merged_by=context.caller.person_id,
            merged_at=context.now,
        )
    )


async def undo_merge(context: Context, merge_id: UUID, if_match: str | None, check_may_merge: MayMerge) -> PersonMerge:
    """What the survivor was given or proved since stays with them. The caller must be allowed what a merge of the two takes.

    Raises NotFound, Forbidden, RoleExceedsYours, Stale, MergeUndone, LaterMergeFirst.
    """
    await read_merge(context, merge_id)
    merge = await context.store.lock(PersonMerge, merge_id)
    survivor, merged = await _both(context, merge.survivor_id, merge.merged_id)
    await check_wholly_managed(context, survivor.id, _organizations_of(merge.moved))
    await check_may_merge(context, survivor.id, merged.id)
    check_match(if_match, merge.entity_version)
    if merge.undone_at is not None:
        raise MergeUndone
    if survivor.erased_at is not None or merged.erased_at is not None:
        raise NotFound
    if survivor.merged_into_id is not None:
        raise LaterMergeFirst
    await _empty_gaps(context, survivor, merged, merge.moved)
    merged.merged_into_id = None
    await _give_back(context, Membership, merge.moved["memberships"], merged.id)
    await _give_back(context, Identifier, merge.moved["identifiers"], merged.id)
    await _give_back(context, Contact, merge.moved["contacts"], merged.id)
    merge.undone_at, merge.entity_version = context.now, merge.entity_version + 1
    await keep_words(context, merged)
    await _tell(context, survivor, merged)
    return merge


async def read_merge(context: Context, merge_id: UUID) -> PersonMerge:
    """Raises NotFound, also for people whom the caller does not manage."""
    query = select(PersonMerge).where(PersonMerge.id == merge_id, _managed(context))
    merge = await context.store.first(query)
    if merge is None:
        raise NotFound
    return merge


async def list_merges(context: Context, page: PageQuery) -> tuple[list[PersonMerge], str | None]:
    """Newest first, of people whom the caller manages."""
    return await paginate(context, select(PersonMerge).where(_managed(context)), PersonMerge.id, page)


def _organizations_of(moved: Moved) -> list[UUID]:
    """To which the one who comes back will belong again."""
    memberships = moved["memberships"]
    written = memberships if isinstance(memberships, list) else []
    return [UUID(str(one["organization_id"])) for one in written if isinstance(one, dict)]


def _managed(context: Context) -> ColumnElement[bool]:
    """The survivor's people are managed by the caller: asked in one question, so that its time tells nothing."""
    managed = select(Membership.person_id).where(
        REACH.allowed(context, Membership.organization_id, Permission.MANAGE_PEOPLE)
    )
    return col(PersonMerge.survivor_id).in_(managed)


async def _both(context: Context, survivor_id: UUID, merged_id: UUID) -> tuple[Person, Person]:
    """Locked in the order of their ids, so that two merges of the same people wait for each other."""
    locked = {person_id: await context.store.lock(Person, person_id) for person_id in sorted((survivor_id, merged_id))}
    return locked[survivor_id], locked[merged_id]


async def _tell(context: Context, survivor: Person, merged: Person) -> None:
    """The one who loses accounts first: an account belongs to one person in every service at every moment."""
    survivor.entity_version += 1
    merged.entity_version += 1
    await context.store.flush()
    for person in (merged, survivor) if merged.merged_into_id is not None else (survivor, merged):
        await tell_person(context, person)


async def _move_memberships(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    rows = await context.store.all(select(Membership).where(Membership.person_id == merged_id))
    query = select(Membership.organization_id).where(Membership.person_id == survivor_id)
    present = set(await context.store.all(query))
    written: list[JsonValue] = [
        {
            "id": str(row.id),
            "organization_id": str(row.organization_id),
            "since": row.since.isoformat() if row.since is not None else None,
        }
        for row in rows
    ]
    await _hand_over(context, [(row, row.organization_id in present) for row in rows], survivor_id)
    return written


async def _move_identifiers(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    """As said by staff: whoever proved an account to be theirs did not prove to be the survivor."""
    rows = await context.store.all(select(Identifier).where(Identifier.person_id == merged_id))
    written: list[JsonValue] = [
        {"id": str(row.id), "proof": row.proof, "proven_at": _written(row.proven_at)} for row in rows
    ]
    for row in rows:
        row.proof, row.proven_at = Proof.STAFF, None
    await _hand_over(context, [(row, False) for row in rows], survivor_id)
    return written


async def _move_contacts(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    """Unproven, as accounts are: a code to this mailbox must not open the survivor's account."""
    rows = await context.store.all(select(Contact).where(Contact.person_id == merged_id))
    contacts = await context.store.all(select(Contact).where(Contact.person_id == survivor_id))
    present = {(row.kind, row.value) for row in contacts}
    written: list[JsonValue] = [
        {"id": str(row.id), "kind": row.kind, "value": row.value, "verified_at": _written(row.verified_at)}
        for row in rows
    ]
    for row in rows:
        row.verified_at = None
    await _hand_over(context, [(row, (row.kind, row.value) in present) for row in rows], survivor_id)
    return written


_Owned = TypeVar("_Owned", Membership, Identifier, Contact)


async def _hand_over(context: Context, rows: list[tuple[_Owned, bool]], survivor_id: UUID) -> None:
    """What the survivor has already goes; the rest becomes theirs."""
    for row, is_present in rows:
        if is_present:
            await context.store.delete(row)
        else:
            row.person_id = survivor_id
    await context.store.flush()


async def _give_back(context: Context, table: type[_Owned], moved: JsonValue, merged_id: UUID) -> None:
    """Rows that were handed over go back, those that were doubles are made again; what was removed since stays away.

    What the survivor proved since stays theirs; the other one has a contact as well, as it was.
    """
    for written in moved if isinstance(moved, list) else ():
        if not isinstance(written, dict):
            raise TypeError(written)
        row_id = UUID(str(written["id"]))
        row = await context.store.find(table, row_id)
        if row is not None and not _was_proven_since(row):
            row.person_id = merged_id
            _prove_again(row, written)
        elif "organization_id" in written:
            since = date.fromisoformat(str(written["since"])) if written["since"] is not None else None
            organization_id = UUID(str(written["organization_id"]))
            context.store.add(Membership(id=row_id, person_id=merged_id, organization_id=organization_id, since=since))
        elif "kind" in written:
            kind, value = ContactKind(str(written["kind"])), str(written["value"])
            again = Contact(id=row_id if row is None else new_id(), person_id=merged_id, kind=kind, value=value)
            _prove_again(again, written)
            context.store.add(again)
    await context.store.flush()


def _was_proven_since(row: Membership | Identifier | Contact) -> bool:
    """A merge hands nothing over proven: whatever proof there is now came later."""
    match row:
        case Identifier():
            return row.proof is not Proof.STAFF
        case Contact():
            return row.verified_at is not None
        case Membership():
            return False


def _prove_again(row: Membership | Identifier | Contact, written: Moved) -> None:
    """What was proven before the merge is so again for whom it was proven."""
    match row:
        case Identifier():
            row.proof, row.proven_at = Proof(str(written["proof"])), _moment(written["proven_at"])
        case Contact():
            row.verified_at = _moment(written["verified_at"])
        case Membership():
            pass


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(written: JsonValue) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def _fill_gaps(survivor: Person, merged: Person) -> Moved:
    filled = gaps_filled(_traits(survivor), _traits(merged))
    for name, value in filled.items():
        if name != "membership_number":  # once in a union: the other one lets go of it first
            setattr(survivor, name, value)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in filled.items()}


async def _empty_gaps(context: Context, survivor: Person, merged: Person, moved: Moved) -> None:
    """A trait that was changed since stays as it is."""
    filled = moved["traits"]
    for name, written in filled.items() if isinstance(filled, dict) else ():
        value = getattr(survivor, name)
        if (value.isoformat() if isinstance(value, date) else value) == written:
            setattr(survivor, name, None)
    await context.store.flush()
    number = moved["number"]
    if isinstance(number, str) and survivor.membership_number != number:
        merged.membership_number = number


def _traits(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in TAKEN_OVER}
