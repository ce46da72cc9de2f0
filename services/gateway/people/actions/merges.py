"""Two records that are one person become one, and two again when that was a mistake."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.people.actions.handing_over import Moved, give_back, hand_over
from services.gateway.people.actions.read import check_person, check_wholly_managed
from services.gateway.people.actions.telling import tell_person
from services.gateway.people.actions.words import forget_words, keep_words
from services.gateway.people.rules.merging import (
    TAKEN_OVER,
    AlreadyMerged,
    LaterMergeFirst,
    MergeUndone,
    gaps_filled,
)
from services.gateway.people.schemas import NewMerge
from services.gateway.people.tables import Membership, Person, PersonMerge
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


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
        **await hand_over(context, survivor.id, merged.id),
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
    """What the survivor was given or proved since stays with them; what was taken away since comes back to nobody.

    The caller must be allowed what a merge of the two takes.

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
    await give_back(context, merge.moved, merged.id)
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
    """Locked in the order of their ids, so that two merges of the same people wait for each other.

    Alone: what somebody is writing of either of them is there before it is moved.
    """
    in_order = sorted((survivor_id, merged_id))
    locked = {person_id: await context.store.lock(Person, person_id, alone=True) for person_id in in_order}
    return locked[survivor_id], locked[merged_id]


async def _tell(context: Context, survivor: Person, merged: Person) -> None:
    """The one who loses accounts first: an account belongs to one person in every service at every moment."""
    survivor.entity_version += 1
    merged.entity_version += 1
    await context.store.flush()
    for person in (merged, survivor) if merged.merged_into_id is not None else (survivor, merged):
        await tell_person(context, person)


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
    if isinstance(number, str) and await _is_free(context, number):
        merged.membership_number = number


async def _is_free(context: Context, number: str) -> bool:
    """Nobody was given this number since: the survivor, or a third person."""
    return await context.store.first(select(Person.id).where(Person.membership_number == number)) is None


def _traits(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in TAKEN_OVER}
