"""Keeping what the gateway tells of organizations and people: hundreds of states in a handful of statements.

A state that is not newer than what is here is dropped, one by one. States go in the order of their ids, so that two
batches never wait for each other in a circle.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import delete, text

from shared.clock import new_id
from shared.context import Context
from shared.contracts.states import OrganizationState, PersonState
from shared.db import TenantRow, table_of


class _State(Protocol):
    @property
    def entity_version(self) -> int: ...


State = TypeVar("State", bound=_State)

_ORGANIZATION: Mapping[str, str] = {
    "kind": "text",
    "name": "text",
    "parent_id": "uuid",
    "timezone": "text",
    "closed": "boolean",
    "calendar_id": "uuid",
    "least_numbers": "integer",
    "least_texts": "integer",
    "branding": "jsonb",
}
_PERSON: Mapping[str, str] = {"display_name": "text", "status": "text", "erased": "boolean"}
_BIRTH_DAY: Mapping[str, str] = {"birth_day": "text"}  # of the service that congratulates: the others keep none
_CALENDAR: Mapping[str, str] = {"name": "text", "definition": "jsonb"}


class OrganizationTables(Protocol):
    @property
    def organization(self) -> type[TenantRow]: ...
    @property
    def reach(self) -> type[TenantRow]: ...


class PersonTables(Protocol):
    @property
    def person(self) -> type[TenantRow]: ...
    @property
    def membership(self) -> type[TenantRow]: ...
    @property
    def identifier(self) -> type[TenantRow]: ...


async def keep_organizations(context: Context, tables: OrganizationTables, told: Iterable[OrganizationState]) -> None:
    states = _newest((state.organization_id, state) for state in told)
    rows = [
        {"id": str(row_id), **state.model_dump(mode="json", include={*_ORGANIZATION, "entity_version"})}
        for row_id, state in states.items()
    ]
    fresh = await _upsert(context, tables.organization, _ORGANIZATION, rows)
    await _forget(context, tables.reach, "organization_id", fresh)
    pairs = [(above, row_id) for row_id in fresh for above in states[row_id].path]
    await _insert(
        context,
        tables.reach,
        {
            "ancestor_id": ("uuid", [pair[0] for pair in pairs]),
            "organization_id": ("uuid", [pair[1] for pair in pairs]),
        },
    )


async def keep_people(context: Context, tables: PersonTables, told: Iterable[PersonState]) -> None:
    states = _newest((state.person_id, state) for state in told)
    rows = [
        {
            "id": str(row_id),
            "display_name": "" if state.erased else state.display_name,
            "status": state.status,
            "erased": state.erased,
            "birth_day": None if state.erased else state.birth_day,
            "entity_version": state.entity_version,
        }
        for row_id, state in states.items()
    ]
    columns = {**_PERSON, **_BIRTH_DAY} if "birth_day" in table_of(tables.person).c else _PERSON
    fresh = await _upsert(context, tables.person, columns, rows)
    await _forget(context, tables.membership, "person_id", fresh)
    await _forget(context, tables.identifier, "person_id", fresh)
    present = [state for row_id in fresh if not (state := states[row_id]).erased]
    places = [(state.person_id, place) for state in present for place in state.organization_ids]
    await _insert(
        context,
        tables.membership,
        {"person_id": ("uuid", [one[0] for one in places]), "organization_id": ("uuid", [one[1] for one in places])},
    )
    accounts = [(state.person_id, account) for state in present for account in state.identifiers]
    await _insert(
        context,
        tables.identifier,
        {
            "person_id": ("uuid", [one[0] for one in accounts]),
            "network": ("text", [one[1].network for one in accounts]),
            "external_id": ("text", [one[1].external_id for one in accounts]),
        },
    )


async def keep_calendar(
    context: Context, model: type[TenantRow], calendar_id: UUID, version: int, values: Mapping[str, JsonValue]
) -> None:
    """`values` are those of CalendarColumns."""
    await _upsert(context, model, _CALENDAR, [{"id": str(calendar_id), "entity_version": version, **values}])


def _newest(told: Iterable[tuple[UUID, State]]) -> dict[UUID, State]:
    """One state of each entity, in the order of their ids."""
    return dict(sorted(told, key=lambda one: (one[0], one[1].entity_version)))  # the later one of a pair stays


async def _upsert(
    context: Context, model: type[TenantRow], columns: Mapping[str, str], rows: Sequence[Mapping[str, JsonValue]]
) -> list[UUID]:
    """Keep the states that are newer than what is here; the ids of those that were."""
    name = table_of(model).fullname
    names = ", ".join(columns)
    types = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    changes = ", ".join(f"{column} = excluded.{column}" for column in (*columns, "entity_version"))
    statement = text(
        f"INSERT INTO {name} AS present (tenant_id, id, {names}, entity_version) "  # noqa: S608 - names of our own tables
        f"SELECT :tenant_id, id, {names}, entity_version FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
        f"AS told(id uuid, {types}, entity_version integer) ORDER BY id "
        f"ON CONFLICT (tenant_id, id) DO UPDATE SET {changes} "
        "WHERE present.entity_version < excluded.entity_version RETURNING id"
    )
    values = {"tenant_id": context.tenant_id, "rows": json.dumps(rows, ensure_ascii=False)}
    return list((await context.store.execute(statement, values)).scalars())


async def _forget(context: Context, model: type[TenantRow], column: str, ids: Sequence[UUID]) -> None:
    if ids:
        table = table_of(model)
        await context.store.execute(
            delete(table).where(table.c.tenant_id == context.tenant_id, table.c[column].in_(ids))
        )


async def _insert(
    context: Context, model: type[TenantRow], columns: Mapping[str, tuple[str, Sequence[UUID | str]]]
) -> None:
    """Rows given column by column, each with its type."""
    count = len(next(iter(columns.values()))[1])
    if count == 0:
        return
    arrays = ", ".join(f"CAST(:{column} AS {kind}[])" for column, (kind, _) in columns.items())
    names = ", ".join(columns)
    statement = text(
        f"INSERT INTO {table_of(model).fullname} (tenant_id, id, {names}) "  # noqa: S608 - as above
        f"SELECT :tenant_id, row_id, {names} FROM unnest(CAST(:row_ids AS uuid[]), {arrays}) AS given(row_id, {names})"
    )
    values = {column: list(given) for column, (_, given) in columns.items()}
    row_ids = [new_id() for _ in range(count)]
    await context.store.execute(statement, {"tenant_id": context.tenant_id, "row_ids": row_ids, **values})
