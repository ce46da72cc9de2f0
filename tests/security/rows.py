"""One row for a tenant in every table of a service, made from nothing but what the tables say of their columns."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Enum, MetaData, Table, TypeDecorator, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import new_id
from shared.contracts import Priority
from shared.db.platform_tables import CROSS_TENANT

Row = dict[str, Any]
_VALUES: Final[Mapping[type, Callable[[], Any]]] = {
    UUID: new_id,
    str: lambda: new_id().hex,
    bool: lambda: False,
    int: lambda: 1,  # every range here has it
    date: lambda: datetime.now(UTC).date(),
    time: lambda: time(9),
    bytes: lambda: new_id().bytes,
    object: dict[str, object],  # JSON
    list: list[object],
}


def tenant_tables(metadata: MetaData) -> list[Table[Any]]:
    """Those that row-level security guards, in an order in which they can be filled."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in CROSS_TENANT and not table.info.get("before_tenant")
    ]


async def fill(owner: AsyncConnection, metadata: MetaData, tenant_id: UUID) -> dict[str, Row]:
    """A row in each table of tenants, by the table's name. `owner` is a superuser's connection."""
    rows: dict[str, Row] = {}
    for table in tenant_tables(metadata):
        row = {column.name: _value(column) for column in table.columns} | {"tenant_id": tenant_id}
        for constraint in table.foreign_key_constraints:
            for element in constraint.elements:
                if element.column.table is not table:
                    row[element.parent.name] = rows[element.column.table.name][element.column.name]
                elif element.parent.nullable:
                    row[element.parent.name] = None
        await owner.execute(insert(table).values(row))
        rows[table.name] = row
    return rows


def _value(column: Column[Any]) -> Any:
    if column.name == "priority":
        return int(Priority.NORMAL)
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    match kind:
        case Enum(enums=names):
            return names[0]
        case DateTime(timezone=zoned):
            return datetime.now(UTC if zoned else None)
        case _:
            return _VALUES[kind.python_type]()
