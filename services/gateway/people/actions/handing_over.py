"""What belongs to a person passes to the survivor of a merge, and back to them when it is undone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import select

from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.people import Proof
from services.gateway.people.tables import Contact, Identifier, Membership
from shared.clock import new_id
from shared.context import Context

Moved = dict[str, JsonValue]

_Owned = TypeVar("_Owned", Membership, Identifier, Contact)


async def hand_over(context: Context, survivor_id: UUID, merged_id: UUID) -> Moved:
    """Returns what `give_back` needs: each row as it was, and of which row of the survivor's it was the double."""
    return {
        "memberships": await _hand_over_memberships(context, survivor_id, merged_id),
        "identifiers": await _hand_over_identifiers(context, survivor_id, merged_id),
        "contacts": await _hand_over_contacts(context, survivor_id, merged_id),
    }


async def give_back(context: Context, moved: Moved, merged_id: UUID) -> None:
    """Rows that were handed over go back, doubles are made again; what was removed since stays away.

    What the survivor proved since stays theirs; the other one has a contact as well, as it was. Who would belong nowhere
    belongs where they did: nobody reaches a person but through an organization of theirs.
    """
    memberships = _rows(moved, "memberships")
    left = [written for written in memberships if await _is_left(context, Membership, written)]
    for written in left or memberships:
        await _give_membership(context, written, merged_id)
    for written in _rows(moved, "identifiers"):
        account = await context.store.find(Identifier, _id(written))
        if account is not None and account.proof is Proof.STAFF:  # a merge hands nothing over proven
            account.person_id = merged_id
            account.proof, account.proven_at = Proof(str(written["proof"])), _moment(written["proven_at"])
    for written in _rows(moved, "contacts"):
        if await _is_left(context, Contact, written):
            await _give_contact(context, written, merged_id)
    await context.store.flush()


async def _hand_over_memberships(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    rows = await context.store.all(select(Membership).where(Membership.person_id == merged_id))
    theirs = await context.store.all(select(Membership).where(Membership.person_id == survivor_id))
    present = {row.organization_id: row.id for row in theirs}
    doubles = {row.id: present.get(row.organization_id) for row in rows}
    written: list[JsonValue] = [
        {
            "id": str(row.id),
            "double_of": _written_id(doubles[row.id]),
            "organization_id": str(row.organization_id),
            "since": row.since.isoformat() if row.since is not None else None,
        }
        for row in rows
    ]
    await _pass_on(context, [(row, doubles[row.id]) for row in rows], survivor_id)
    return written


async def _hand_over_identifiers(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    """As said by staff: whoever proved an account to be theirs did not prove to be the survivor. None is a double."""
    rows = await context.store.all(select(Identifier).where(Identifier.person_id == merged_id))
    written: list[JsonValue] = [
        {"id": str(row.id), "proof": row.proof, "proven_at": _written(row.proven_at)} for row in rows
    ]
    for row in rows:
        row.proof, row.proven_at = Proof.STAFF, None
    await _pass_on(context, [(row, None) for row in rows], survivor_id)
    return written


async def _hand_over_contacts(context: Context, survivor_id: UUID, merged_id: UUID) -> list[JsonValue]:
    """Unproven, as accounts are: a code to this mailbox must not open the survivor's account."""
    rows = await context.store.all(select(Contact).where(Contact.person_id == merged_id))
    theirs = await context.store.all(select(Contact).where(Contact.person_id == survivor_id))
    present = {(row.kind, row.value): row.id for row in theirs}
    doubles = {row.id: present.get((row.kind, row.value)) for row in rows}
    written: list[JsonValue] = [
        {
            "id": str(row.id),
            "double_of": _written_id(doubles[row.id]),
            "kind": row.kind,
            "value": row.value,
            "verified_at": _written(row.verified_at),
        }
        for row in rows
    ]
    for row in rows:
        row.verified_at = None
    await _pass_on(context, [(row, doubles[row.id]) for row in rows], survivor_id)
    return written


async def _pass_on(context: Context, rows: Sequence[tuple[_Owned, UUID | None]], survivor_id: UUID) -> None:
    """What the survivor has already goes; the rest becomes theirs."""
    for row, double_of in rows:
        if double_of is not None:
            await context.store.delete(row)
        else:
            row.person_id = survivor_id
    await context.store.flush()


async def _is_left(context: Context, table: type[Membership] | type[Contact], written: Moved) -> bool:
    """The row itself, or of a double the one that the survivor had: whoever has it after other merges were undone."""
    return await context.store.find(table, UUID(str(written["double_of"] or written["id"]))) is not None


async def _give_membership(context: Context, written: Moved, merged_id: UUID) -> None:
    row = await context.store.find(Membership, _id(written))
    if row is not None:
        row.person_id = merged_id
        return
    since = date.fromisoformat(str(written["since"])) if written["since"] is not None else None
    organization_id = UUID(str(written["organization_id"]))
    context.store.add(Membership(id=_id(written), person_id=merged_id, organization_id=organization_id, since=since))


async def _give_contact(context: Context, written: Moved, merged_id: UUID) -> None:
    row, verified_at = await context.store.find(Contact, _id(written)), _moment(written["verified_at"])
    if row is not None and row.verified_at is None:  # a merge hands nothing over proven
        row.person_id, row.verified_at = merged_id, verified_at
        return
    context.store.add(
        Contact(
            id=_id(written) if row is None else new_id(),
            person_id=merged_id,
            kind=ContactKind(str(written["kind"])),
            value=str(written["value"]),
            verified_at=verified_at,
        )
    )


def _rows(moved: Moved, name: str) -> list[Moved]:
    rows = moved[name]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _id(written: Moved) -> UUID:
    return UUID(str(written["id"]))


def _written_id(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id is not None else None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(written: JsonValue) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None
