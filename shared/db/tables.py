"""How every table of a tenant looks: the key `(tenant_id, id)`, foreign keys and unique keys that carry the tenant.

A service makes its own base once (`services/<name>/base.py`):

    metadata = service_metadata("publisher")

    class Tenant(TenantRow, registry=registry(metadata=metadata)): ...

and its rooms derive tables from it. `constraints` takes what a field cannot say (indexes, unique keys of several
columns); each begins with `tenant_id`.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field, SQLModel

from shared.clock import new_id

NO_TENANT = UUID(int=0)  # what a row has until its store sets the tenant; row-level security refuses to keep it

_NAMES = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


def service_metadata(schema: str) -> MetaData:
    """The metadata of one service: its own schema, constraints named by rule."""
    return MetaData(schema=schema, naming_convention=_NAMES)


class TenantRow(SQLModel):
    """A row that belongs to a tenant. `shared.db.store.Store.add` fills `tenant_id`."""

    tenant_id: UUID = Field(default=NO_TENANT, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)

    constraints: ClassVar[Sequence[SchemaItem]] = ()
    append_only: ClassVar[bool] = False  # the service's role may read and add rows, never change or delete them

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - SQLModel's own way to name tables
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem | dict[str, Any], ...]:
        return (
            *_from_fields(cls),
            *deepcopy(cls.constraints),  # one declaration may stand in tables of several services
            {"info": {"append_only": cls.append_only}},
        )


def table_of(model: type[SQLModel]) -> Table[Any]:
    """The SQLAlchemy table behind a model."""
    return model.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - set by SQLModel on tables


def _from_fields(cls: type[TenantRow]) -> list[SchemaItem]:
    items: list[SchemaItem] = []
    for name, field in cls.model_fields.items():
        keywords: Any = getattr(field, "sa_column_kwargs", None)
        info: Mapping[str, Any] = dict(keywords["info"]) if isinstance(keywords, dict) and "info" in keywords else {}  # pyright: ignore[reportUnknownArgumentType] - undefined where a field has none
        if "references" in info:
            target = table_of(info["references"])
            items.append(ForeignKeyConstraint(["tenant_id", name], [target.c.tenant_id, target.c.id]))
            items.append(Index(None, "tenant_id", name))
        if info.get("unique"):
            items.append(UniqueConstraint("tenant_id", name))
        if "one_of" in info:
            values = ", ".join(f"'{value}'" for value in info["one_of"])
            items.append(CheckConstraint(f"{name} IN ({values})", name=name))
    return items


def foreign_key(target: type[TenantRow], **arguments: Any) -> Any:
    """A field that points at `target` inside the same tenant, with an index."""
    return Field(sa_column_kwargs={"info": {"references": target}}, **arguments)


def unique_in_tenant(**arguments: Any) -> Any:
    """A field whose value occurs once in a tenant."""
    return Field(sa_column_kwargs={"info": {"unique": True}}, **arguments)


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


def checked_text(values: type[StrEnum], **arguments: Any) -> Any:
    """A StrEnum kept as text under a CHECK constraint."""
    kind = Enum(values, native_enum=False, length=40, values_callable=_values)
    return Field(sa_type=kind, sa_column_kwargs={"info": {"one_of": list(values)}}, **arguments)  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class


def moment(**arguments: Any) -> Any:
    """A point in time (timestamptz). Use with `datetime` or `datetime | None`."""
    return Field(sa_type=DateTime(timezone=True), **arguments)  # pyright: ignore[reportArgumentType, reportCallIssue] - as above


def json_value(**arguments: Any) -> Any:
    """A JSONB column. Its value is replaced as a whole, never changed in place."""
    return Field(sa_type=JSONB(none_as_null=True), **arguments)  # pyright: ignore[reportArgumentType, reportCallIssue] - as above
