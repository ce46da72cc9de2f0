"""The records of one person: the one that is shown, and those that were merged into it, however many merges ago."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from services.gateway.people.tables import Person
from shared.db import table_of


def is_record_of(person_id: UUID, present_id: UUID | None) -> ColumnElement[bool]:
    """`person_id` (a mapped column) is `present_id`, or somebody who was merged into them."""
    person, merged = table_of(Person).alias(), table_of(Person).alias()
    records = select(person.c.id).where(person.c.id == present_id).cte(recursive=True)
    records = records.union_all(select(merged.c.id).join(records, merged.c.merged_into_id == records.c.id))
    return col(person_id).in_(select(records.c.id))


def was_merged_into(person_id: UUID, present: SelectOfScalar[UUID]) -> ColumnElement[bool]:
    """`person_id` (a mapped column) is somebody who was merged into one of `present`. All the merged are asked: they are few."""
    first, later = table_of(Person).alias(), table_of(Person).alias()
    became = select(first.c.id.label("person_id"), first.c.merged_into_id.label("present_id"))
    became = became.where(first.c.merged_into_id.is_not(None)).cte(recursive=True)
    further = select(became.c.person_id, later.c.merged_into_id).join(later, later.c.id == became.c.present_id)
    became = became.union_all(further.where(later.c.merged_into_id.is_not(None)))
    return col(person_id).in_(select(became.c.person_id).where(became.c.present_id.in_(present)))
