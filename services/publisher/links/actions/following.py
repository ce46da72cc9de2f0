"""Follow short links: many at once, each counted by the day, none of the visitors kept.

All who wait to follow a link of the same union share one transaction: find their links, count the clicks, answer. A
click is told to nobody before it is committed. Links are looked up each time, so an ended one ends at once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Integer, Row, Text, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.publisher.links.rules.codes import parse_code, parse_tenant
from services.publisher.links.rules.places import LinkEnded, PlaceKind, utm_at
from services.publisher.links.rules.targets import with_utm
from shared.clock import new_id
from shared.errors import NotFound, Problem
from shared.group_writer import GroupWriter
from shared.local_time import zone_named
from shared.runtime import Runtime
from shared.standing import TenantState, check_state

_FIND = text(
    "SELECT place.code, place.id, place.link_id, place.kind, place.source, link.target, link.campaign, link.ended_at, "
    "coalesce((SELECT timezone FROM publisher.organization AS o "
    "WHERE o.tenant_id = :tenant_id AND o.id = link.organization_id), 'UTC') AS timezone, "
    "coalesce((SELECT state FROM publisher.tenant_standing WHERE tenant_id = :tenant_id), 'active') AS standing "
    "FROM publisher.link_place AS place JOIN publisher.link AS link "
    "ON link.tenant_id = place.tenant_id AND link.id = place.link_id "
    "WHERE place.tenant_id = :tenant_id AND place.code = ANY(:codes)"
).bindparams(bindparam("codes", type_=ARRAY(Text)))
_COUNT = text(
    "INSERT INTO publisher.link_clicks (tenant_id, id, link_id, place_id, day, clicks) "
    "SELECT :tenant_id, * FROM unnest(CAST(:ids AS uuid[]), CAST(:links AS uuid[]), CAST(:places AS uuid[]), "
    "CAST(:days AS date[]), CAST(:clicks AS integer[])) AS given(id, link_id, place_id, day, clicks) "
    "ON CONFLICT (tenant_id, place_id, day) DO UPDATE SET clicks = link_clicks.clicks + excluded.clicks"
).bindparams(
    *(bindparam(name, type_=ARRAY(Uuid)) for name in ("ids", "links", "places")),
    bindparam("days", type_=ARRAY(Date)),
    bindparam("clicks", type_=ARRAY(Integer)),
)


@dataclass(frozen=True)
class _Click:
    code: str
    counts: bool


class LinkFollower:
    """One per process. `follow` returns when the click is committed."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._writer = GroupWriter[UUID, _Click, str](self._write)

    async def follow(self, tenant: str, code: str, *, counts: bool) -> str:
        """Where it leads. Raises NotFound, LinkEnded, TenantSuspended."""
        tenant_id, known = parse_tenant(tenant), parse_code(code)
        if tenant_id is None or known is None:
            raise NotFound
        return await self._writer.write(tenant_id, _Click(known, counts))

    async def drain(self) -> None:
        await self._writer.drain()

    async def _write(self, tenant_id: UUID, group: Sequence[_Click]) -> list[str | Problem]:
        clicks = Counter(click.code for click in group if click.counts)
        now = self._runtime.clock.now()
        async with self._runtime.database.transaction(tenant_id) as session:
            asked = {"tenant_id": tenant_id, "codes": list({click.code for click in group})}
            found = {row.code: row for row in await session.execute(_FIND, asked)}
            for row in found.values():
                check_state(TenantState(row.standing))
            counted = [row for code, row in sorted(found.items()) if clicks[code] and row.ended_at is None]
            if counted:
                # In the order of their codes, so that two processes never wait for one another.
                values: dict[str, object] = {
                    "tenant_id": tenant_id,
                    "ids": [new_id() for _ in counted],
                    "links": [row.link_id for row in counted],
                    "places": [row.id for row in counted],
                    "days": [_day(row.timezone, now) for row in counted],
                    "clicks": [clicks[row.code] for row in counted],
                }
                await session.execute(_COUNT, values)
        return [_destination(found.get(click.code)) for click in group]


def _destination(row: Row[tuple[str, UUID, UUID, str, str, str, str | None, datetime | None]] | None) -> str | Problem:
    if row is None:
        return NotFound()
    if row.ended_at is not None:
        return LinkEnded()
    return with_utm(row.target, utm_at(PlaceKind(row.kind), row.source, row.campaign))


def _day(timezone: str, now: datetime) -> date:
    return now.astimezone(zone_named(timezone)).date()
