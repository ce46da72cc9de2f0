"""Whom the rows of one part mean: organizations by name or id, people by membership number or by name and birth."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from services.gateway.people.rules import Gender, PersonStatus
from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.faults import BadRow, Fault, RowFault
from services.gateway.people.rules.rows import SheetPerson, may_be_equal
from shared.context import Context

_ORGANIZATIONS = (
    "SELECT o.id, o.name, o.closed FROM gateway.organization_reach r JOIN gateway.organization o "
    "ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE r.tenant_id = :tenant AND r.ancestor_id = :root "
    "AND (o.name = ANY(CAST(:names AS text[])) OR o.id = ANY(CAST(:ids AS uuid[])))"
)
_MEANT = (
    "SELECT found.id FROM unnest(CAST(:numbers AS text[])) AS given (number) CROSS JOIN LATERAL ("
    "SELECT o.id FROM gateway.person o WHERE o.tenant_id = :tenant AND o.membership_number = given.number OFFSET 0) "
    "AS found UNION SELECT found.id FROM unnest(CAST(:names AS text[])) AS given (name) CROSS JOIN LATERAL ("
    "SELECT o.id FROM gateway.person o WHERE o.tenant_id = :tenant AND o.name_key = given.name "
    "ORDER BY o.birth_year, o.id OFFSET 0) AS found"
)
_PEOPLE = (
    "SELECT known.* FROM unnest(CAST(:ids AS uuid[])) AS meant (id) CROSS JOIN LATERAL ("
    "SELECT p.id, p.name_key, p.family_name, p.given_name, p.additional_name, p.membership_number, p.status, "
    "p.birth_year, p.gender, p.profession, p.workplace, p.joined_at FROM gateway.person p WHERE p.tenant_id = :tenant "
    "AND p.id >= meant.id AND p.id <= meant.id AND p.merged_into_id IS NULL AND p.erased_at IS NULL "
    "ORDER BY p.id FOR UPDATE) AS known"
)
"""Probes, one for each row: OFFSET 0, or the lock, keeps the planner from reading everybody instead.

In its first import a union is new to the planner, which expects one row whichever index it takes, and for each probe may
read all of the union by a wrong one. The right index is the one that gives the order of the probe without sorting.
"""
_MEMBERSHIPS = (
    "SELECT m.person_id, m.organization_id, EXISTS (SELECT 1 FROM gateway.organization_reach r "
    "WHERE r.tenant_id = m.tenant_id AND r.ancestor_id = :root AND r.organization_id = m.organization_id) AS inside "
    "FROM gateway.membership m WHERE m.tenant_id = :tenant AND m.person_id = ANY(CAST(:ids AS uuid[]))"
)
_CONTACTS = (
    "SELECT c.person_id, c.kind, c.value FROM gateway.contact c "
    "WHERE c.tenant_id = :tenant AND c.person_id = ANY(CAST(:ids AS uuid[]))"
)


@dataclass
class KnownPerson:
    """Somebody who is there already. `inside`: they belong to the organizations that the file is for."""

    id: UUID
    name_key: str
    family_name: str
    given_name: str
    additional_name: str | None
    membership_number: str | None
    status: PersonStatus
    birth_year: int | None
    gender: Gender | None
    profession: str | None
    workplace: str | None
    joined_at: date | None
    inside: bool = False
    organizations: set[UUID] = field(default_factory=set[UUID])
    contacts: set[tuple[ContactKind, str]] = field(default_factory=set[tuple[ContactKind, str]])


class Matching:
    """What is known beforehand for all rows of a part, and whom each of them means. Nobody is meant twice."""

    def __init__(self, root: UUID, organizations: "Organizations", people: Collection[KnownPerson]) -> None:
        self._root = root
        self._organizations = organizations
        self._by_number = {one.membership_number: one for one in people if one.membership_number is not None}
        self._by_name: defaultdict[str, list[KnownPerson]] = defaultdict(list)
        for one in people:
            self._by_name[one.name_key].append(one)
        self._meant: set[UUID] = set()

    @classmethod
    async def of(cls, context: Context, root: UUID, sought: Collection[SheetPerson]) -> "Matching":
        """Five questions, however many rows there are."""
        return cls(root, await _organizations(context, root, sought), await _people(context, root, sought))

    def meant_by(self, person: SheetPerson, faults: Sequence[Fault] = ()) -> tuple[UUID, KnownPerson | None]:
        """Where a row puts somebody, and who it is: None for somebody new.

        Raises BadRow with `faults`, which the row has already, and with what is wrong with its organization and number.
        Whom it means beyond that is asked of a good row alone: what could not be read might have told.
        """
        found, organization_id = [*faults], self._root
        if person.organization is not None:
            try:
                organization_id = self._organizations.find(person.organization)
            except BadRow as bad:
                found += bad.faults
        numbered = self._by_number.get(person.membership_number or "")
        is_told = any(fault.column is Column.MEMBERSHIP_NUMBER for fault in faults)
        if numbered is not None and not numbered.inside and not is_told:
            found.append(Fault(RowFault.NUMBER_TAKEN, Column.MEMBERSHIP_NUMBER))
        if found:
            raise BadRow(*found)
        known = numbered or self._alike(person, organization_id)
        if known is not None and known.id in self._meant:
            raise BadRow(Fault(RowFault.DUPLICATE))
        if known is not None:
            self._meant.add(known.id)
        return organization_id, known

    def _alike(self, person: SheetPerson, organization_id: UUID) -> KnownPerson | None:
        """By name and birth. Raises BadRow."""
        alike = [
            known
            for known in self._by_name[person.key]
            if organization_id in known.organizations
            and may_be_equal(known.birth_year, person.birth_year)
            and (person.membership_number is None or known.membership_number is None)
            and not (person.membership_number is not None and known.id in self._meant)
        ]
        if len(alike) > 1:
            raise BadRow(Fault(RowFault.AMBIGUOUS))
        return alike[0] if alike else None


class Organizations:
    """Those of one subtree that a part names."""

    def __init__(self, rows: Iterable[tuple[UUID, str, bool]]) -> None:
        self._by_name: defaultdict[str, list[UUID]] = defaultdict(list)
        self._closed: set[UUID] = set()
        for organization_id, name, closed in rows:
            self._by_name[name].append(organization_id)
            self._by_name[str(organization_id)].append(organization_id)
            if closed:
                self._closed.add(organization_id)

    def find(self, named: str) -> UUID:
        """Raises BadRow."""
        found = self._by_name.get(named) or self._by_name.get(named.lower(), [])
        if not found:
            raise BadRow(Fault(RowFault.ORGANIZATION_UNKNOWN, Column.ORGANIZATION))
        if len(found) > 1:
            raise BadRow(Fault(RowFault.ORGANIZATION_AMBIGUOUS, Column.ORGANIZATION))
        if found[0] in self._closed:
            raise BadRow(Fault(RowFault.ORGANIZATION_CLOSED, Column.ORGANIZATION))
        return found[0]


async def _organizations(context: Context, root: UUID, sought: Collection[SheetPerson]) -> Organizations:
    names = {person.organization for person in sought if person.organization is not None}
    if not names:
        return Organizations([])
    values = {
        "tenant": context.tenant_id,
        "root": root,
        "names": sorted(names),
        "ids": [one for one in map(_id, sorted(names)) if one is not None],
    }
    rows = (await context.store.execute(text(_ORGANIZATIONS), values)).mappings()
    return Organizations((row["id"], row["name"], row["closed"]) for row in rows)


async def _people(context: Context, root: UUID, sought: Collection[SheetPerson]) -> list[KnownPerson]:
    rows = await _meant_by(context, sought)
    if not rows:
        return []
    people: dict[UUID, KnownPerson] = {}
    for row in rows:
        gender = Gender(row["gender"]) if row["gender"] is not None else None
        known: dict[str, Any] = {**row, "status": PersonStatus(row["status"]), "gender": gender}
        people[row["id"]] = KnownPerson(**known)
    values = {"tenant": context.tenant_id, "root": root, "ids": list(people)}
    for row in (await context.store.execute(text(_MEMBERSHIPS), values)).mappings():
        people[row["person_id"]].organizations.add(row["organization_id"])
        people[row["person_id"]].inside |= row["inside"]
    del values["root"]
    for row in (await context.store.execute(text(_CONTACTS), values)).mappings():
        people[row["person_id"]].contacts.add((ContactKind(row["kind"]), row["value"]))
    return list(people.values())


async def _meant_by(context: Context, sought: Collection[SheetPerson]) -> Sequence[RowMapping]:
    """Who has such a number or such a name, locked in the order of their ids."""
    values = {
        "tenant": context.tenant_id,
        "numbers": sorted({one.membership_number for one in sought if one.membership_number is not None}),
        "names": sorted({one.key for one in sought} - {""}),  # of a row without a name
    }
    await context.store.execute(text("SET LOCAL enable_sort = off"))
    ids = sorted((await context.store.execute(text(_MEANT), values)).scalars())
    rows = (await context.store.execute(text(_PEOPLE), {"tenant": context.tenant_id, "ids": ids})).mappings().all()
    await context.store.execute(text("SET LOCAL enable_sort TO DEFAULT"))
    return rows


def _id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None
