"""One part of an import: decide every row, then write all of them in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from services.gateway.people.actions.importing.bulk import insert_rows, update_rows
from services.gateway.people.actions.importing.matching import KnownPerson, Matching
from services.gateway.people.actions.telling import tell_people
from services.gateway.people.rules import PersonStatus
from services.gateway.people.rules.faults import BadRow, Fault
from services.gateway.people.rules.parsing import SheetRow
from services.gateway.people.rules.rows import Outcome, SheetPerson
from services.gateway.people.tables import Contact, Membership, PeopleImport, Person, StatusChange, person_word
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.words import words_of

_SAID: Final = (
    *("family_name", "given_name", "additional_name", "membership_number", "status"),
    *("birth_year", "gender", "profession", "workplace", "joined_at"),
)


@dataclass(frozen=True)
class RowOutcome:
    number: int
    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    person_id: UUID | None = None


@dataclass
class _Writes:
    """Rows by table, gathered before anything is written."""

    people: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    changes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    memberships: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    statuses: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    contacts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    renamed: list[UUID] = field(default_factory=list[UUID])
    words: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


async def take_in(context: Context, kept: PeopleImport, rows: Sequence[SheetRow]) -> list[RowOutcome]:
    """An outcome for every row. A preview decides the same and writes nothing."""
    matching = await Matching.of(context, kept.organization_id, [row.person for row in rows])
    writes = _Writes()
    outcomes: list[RowOutcome] = []
    for row in rows:
        try:
            outcome, person_id = _decide(context, matching, writes, row)
        except BadRow as bad:
            outcomes.append(RowOutcome(row.number, Outcome.FAILED, bad.faults))
            continue
        unknown_yet = kept.preview and outcome is Outcome.CREATED
        outcomes.append(RowOutcome(row.number, outcome, person_id=None if unknown_yet else person_id))
    if not kept.preview:
        await _write(context, writes)
    return outcomes


def _decide(context: Context, matching: Matching, writes: _Writes, row: SheetRow) -> tuple[Outcome, UUID]:
    """Raises BadRow."""
    said = row.person
    organization_id, known = matching.meant_by(said, row.faults)
    if known is None:
        return Outcome.CREATED, _create(context, writes, said, organization_id)
    is_changed = _change(context, writes, said, known)
    if organization_id not in known.organizations:
        writes.memberships.append(_membership(known.id, organization_id, context.now.date()))
        is_changed = True
    for contact in said.contacts:
        if contact not in known.contacts:
            writes.contacts.append(_contact(known.id, contact))
            is_changed = True
    if is_changed and (not writes.changes or writes.changes[-1]["id"] != known.id):
        writes.changes.append(_state(known, {}))  # its version grows all the same
    return Outcome.CHANGED if is_changed else Outcome.UNCHANGED, known.id


def _create(context: Context, writes: _Writes, said: SheetPerson, organization_id: UUID) -> UUID:
    person_id = new_id()
    status = said.status or PersonStatus.MEMBER
    values = {name: getattr(said, name) for name in _SAID} | {"status": status}
    writes.people.append({"id": person_id, **values, "name_key": said.key, "entity_version": 1})
    writes.memberships.append(_membership(person_id, organization_id, said.joined_at or context.now.date()))
    writes.statuses.append(_status(context, person_id, None, status))
    writes.contacts += [_contact(person_id, contact) for contact in said.contacts]
    writes.words += _words(person_id, said.name)
    return person_id


def _change(context: Context, writes: _Writes, said: SheetPerson, known: KnownPerson) -> bool:
    """What a row leaves empty stays as it is."""
    given = {name: getattr(said, name) for name in _SAID}
    new = {name: value for name, value in given.items() if value is not None and value != getattr(known, name)}
    if not new:
        return False
    state = _state(known, new)
    if new.keys() & {"family_name", "given_name", "additional_name"}:
        whole = " ".join(filter(None, (state["family_name"], state["given_name"], state["additional_name"])))
        state["name_key"] = " ".join(words_of(whole))
        writes.renamed.append(known.id)
        writes.words += _words(known.id, whole)
    if "status" in new:
        writes.statuses.append(_status(context, known.id, known.status, new["status"]))
    writes.changes.append(state)
    return True


def _state(known: KnownPerson, new: dict[str, Any]) -> dict[str, Any]:
    return {"id": known.id, "name_key": known.name_key} | {name: getattr(known, name) for name in _SAID} | new


def _membership(person_id: UUID, organization_id: UUID, since: date) -> dict[str, Any]:
    return {"id": new_id(), "person_id": person_id, "organization_id": organization_id, "since": since}


def _status(context: Context, person_id: UUID, before: PersonStatus | None, after: PersonStatus) -> dict[str, Any]:
    return {"id": new_id(), "person_id": person_id, "before": before, "after": after, "changed_at": context.now}


def _contact(person_id: UUID, contact: tuple[str, str]) -> dict[str, Any]:
    kind, value = contact
    return {"id": new_id(), "person_id": person_id, "kind": kind, "value": value}


def _words(person_id: UUID, name: str) -> list[dict[str, Any]]:
    return [{"word": word, "person_id": person_id} for word in words_of(name)]


async def _write(context: Context, writes: _Writes) -> None:
    store = context.store
    await insert_rows(store, table_of(Person), writes.people)
    await update_rows(store, table_of(Person), writes.changes)
    await insert_rows(store, table_of(Membership), writes.memberships)
    await insert_rows(store, table_of(StatusChange), writes.statuses)
    await insert_rows(store, table_of(Contact), writes.contacts)
    if writes.renamed:
        await store.execute(
            delete(person_word).where(
                person_word.c.tenant_id == context.tenant_id, person_word.c.person_id.in_(writes.renamed)
            )
        )
    await insert_rows(store, person_word, writes.words)
    await tell_people(context, sorted(row["id"] for row in (*writes.people, *writes.changes)))
