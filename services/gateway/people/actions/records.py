"""The records of one person: the one that is shown, and those that were merged into it, however many merges ago."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.gateway.people.tables import Membership, Person
from shared.db import table_of


def is_record_of(person_id: UUID, present_id: UUID | None) -> ColumnElement[bool]:
    """`person_id` (a mapped column) is `present_id`, or somebody who was merged into them."""
    person, merged = table_of(Person).alias(), table_of(Person).alias()
    records = select(person.c.id).where(person.c.id == present_id).cte(recursive=True)
    records = records.union_all(select(merged.c.id).join(records, merged.c.merged_into_id == records.c.id))
    return col(person_id).in_(select(records.c.id))


def belonging_of_records() -> type[Membership]:
    """Memberships; for a record that was merged, which has none, those of whom it became.

    Only the merged are followed from merge to merge: they are few, and everybody else is found as without them.
    """
    first, later = table_of(Person).alias(), table_of(Person).alias()
    became = select(first.c.id.label("person_id"), first.c.merged_into_id.label("present_id"))
    became = became.where(first.c.merged_into_id.is_not(None)).cte(recursive=True)
    further = select(became.c.person_id, later.c.merged_into_id).join(later, later.c.id == became.c.present_id)
    became = became.union_all(further.where(later.c.merged_into_id.is_not(None)))
    own, present = table_of(Membership).alias(), table_of(Membership).alias()
    both = union_all(
        select(own.c.person_id, own.c.organization_id),
        select(became.c.person_id, present.c.organization_id).join(present, present.c.person_id == became.c.present_id),
    )
    return aliased(Membership, both.subquery(), adapt_on_names=True)
