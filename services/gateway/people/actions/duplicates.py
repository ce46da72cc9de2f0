"""Records that may be one person's. A suggestion and no more: people decide, and may undo it."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from services.gateway.people.actions.finding import LAST_ID
from services.gateway.people.actions.read import views_of
from services.gateway.people.schemas import LikelyDuplicate
from services.gateway.people.tables import Person
from shared.app import PageQuery, after_id, paginate
from shared.context import Context
from shared.permissions import Permission

MOST_PAIRS: Final = 1000  # on a page: fifty records that are all alike make more, and are found by their name

_IS_MANAGED: Final = (
    "(:everybody OR {id} IN (SELECT m.person_id FROM gateway.organization_reach r JOIN gateway.membership m "
    "ON m.tenant_id = r.tenant_id AND m.organization_id = r.organization_id "
    "WHERE r.tenant_id = :tenant AND r.ancestor_id = ANY(CAST(:roots AS uuid[]))))"
)
_PAIRS: Final = (
    "SELECT p.id, o.id AS other_id, 'name' AS reason FROM gateway.person p JOIN gateway.person o "
    "ON o.tenant_id = p.tenant_id AND o.name_key = p.name_key AND o.birth_year = p.birth_year AND o.id < p.id "
    "WHERE p.tenant_id = :tenant AND p.merged_into_id IS NULL AND o.merged_into_id IS NULL "
    "AND p.erased_at IS NULL AND o.erased_at IS NULL "
    "UNION ALL SELECT c.person_id, o.person_id, 'contact' FROM gateway.contact c JOIN gateway.contact o "
    "ON o.tenant_id = c.tenant_id AND o.kind = c.kind AND o.value = c.value AND o.person_id < c.person_id "
    "WHERE c.tenant_id = :tenant AND c.verified_at IS NOT NULL AND o.verified_at IS NOT NULL"
)
_STATEMENT: Final = (
    f"WITH pair AS (SELECT id, other_id, reason FROM ({_PAIRS}) AS alike "  # noqa: S608 - from this file alone
    f"WHERE id < :before AND {_IS_MANAGED.format(id='id')} AND {_IS_MANAGED.format(id='other_id')}), "
    "newest AS (SELECT DISTINCT id FROM pair ORDER BY id DESC LIMIT :limit) "
    "SELECT id, other_id, reason FROM pair JOIN newest USING (id) ORDER BY id DESC, other_id DESC, reason LIMIT :most"
)


async def list_duplicates(context: Context, page: PageQuery) -> tuple[list[LikelyDuplicate], str | None]:
    """Pairs of people whom the caller manages, by the newer of the two."""
    pairs = await _pairs(context, page)
    newer = select(Person).where(col(Person.id).in_({mine for mine, _ in pairs}))
    rows, after = await paginate(context, newer, Person.id, page)
    shown = {row.id for row in rows}
    others = {other for mine, other in pairs if mine in shown} - shown
    more = await context.store.all(select(Person).where(col(Person.id).in_(others)))
    views = {view.id: view for view in await views_of(context, [*rows, *more])}
    context.has_read(*views)
    return [
        LikelyDuplicate(person=views[mine], other=views[other], reasons=reasons)
        for (mine, other), reasons in pairs.items()
        if mine in shown
    ], after


async def _pairs(context: Context, page: PageQuery) -> dict[tuple[UUID, UUID], list[str]]:
    """Of one newer record more than fit on the page, so that it knows whether another follows."""
    roots = context.caller.organizations_with(Permission.MANAGE_PEOPLE)
    values = {
        "tenant": context.tenant_id,
        "everybody": context.tenant_id in roots,
        "roots": sorted(roots),
        "before": after_id(page) or LAST_ID,
        "limit": page.limit + 1,
        "most": MOST_PAIRS,
    }
    pairs: defaultdict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for row in (await context.store.execute(text(_STATEMENT), values)).mappings():
        pairs[row["id"], row["other_id"]].append(row["reason"])
    return pairs
