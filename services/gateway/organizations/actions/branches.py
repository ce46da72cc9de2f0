"""A branch as a whole: held still while it changes shape, its settings run down it, its rows changed at once."""

import json
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from services.gateway.organizations.actions.telling import tell_event, tell_organizations
from services.gateway.organizations.rules.settings import InForce, in_force, platform_settings
from services.gateway.organizations.tables import Organization
from shared.context import Context

_BRANCH = text(
    "SELECT o.id, o.parent_id, o.settings, o.in_force FROM gateway.organization_reach r "
    "JOIN gateway.organization o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id "
    "WHERE r.tenant_id = :tenant_id AND r.ancestor_id = :root ORDER BY r.depth"
)
_CHANGE = text(
    "UPDATE gateway.organization o SET in_force = told.in_force, entity_version = o.entity_version + 1 "
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told(id uuid, in_force jsonb) "
    "WHERE o.tenant_id = :tenant_id AND o.id = told.id"
)


async def hold_tree(context: Context, *, alone: bool) -> None:
    """Until the end of the transaction: many may add to the tree at once, who moves a branch is alone."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    await context.store.execute(
        text(f"SELECT {function}(hashtextextended('organizations of ' || :tenant_id, 0))"),
        {"tenant_id": str(context.tenant_id)},
    )


async def settings_above(context: Context, parent_id: UUID | None) -> InForce:
    if parent_id is None:
        return platform_settings()
    return (await context.store.get(Organization, parent_id)).in_force


async def run_down(context: Context, root: Organization, *, everything: bool = False) -> None:
    """Settle anew what is in force in the branch, and tell of every part that changed; of all with `everything`.

    The root itself is one of them, and the one whose event tells of it all: of ten thousand parts that inherit there is
    none. Its row must have been flushed.
    """
    rows = (await context.store.execute(_BRANCH, {"tenant_id": context.tenant_id, "root": root.id})).all()
    settled: dict[UUID, InForce] = {}
    changed: list[dict[str, JsonValue]] = []
    for row in rows:
        above = settled.get(row.parent_id) if row.id != root.id else None
        if above is None:
            above = await settings_above(context, root.parent_id)
        settled[row.id] = in_force(row.settings, row.id, above)
        if everything or settled[row.id] != row.in_force or row.id == root.id:
            changed.append({"id": str(row.id), "in_force": settled[row.id]})
    values = {"tenant_id": context.tenant_id, "rows": json.dumps(changed, ensure_ascii=False)}
    await context.store.execute(_CHANGE, values)
    await tell_organizations(context, [UUID(str(row["id"])) for row in changed])
    await context.store.session.refresh(root)
    await tell_event(context, root)
