"""A period's first and last moment, by the clock of the organization that asks."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, cast, func
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from services.publisher.directory.tables import Organization
from services.publisher.metrics.rules import Period, period_of
from services.publisher.metrics.schemas import InfluenceFilter, MetricsFilter
from shared.context import Context
from shared.local_time import zone_named


class Span(NamedTuple):
    period: Period
    zone: ZoneInfo
    begins: datetime
    ends: datetime  # the first moment after it

    def day_of(self, moment: ColumnElement[datetime] | Mapped[datetime | None]) -> ColumnElement[date]:
        """The local day of a column's moments, as the database tells it. Group by its label."""
        return cast(func.timezone(str(self.zone), moment), Date)


async def span_of(context: Context, asked: MetricsFilter | InfluenceFilter) -> Span:
    """By the zone of the organization that is asked for, else of the whole union. Raises PeriodOutOfRange."""
    zone = zone_named(await _timezone(context, asked.organization_id))
    period = period_of(asked.since, asked.until, context.now.astimezone(zone).date())
    begins = datetime.combine(period.since, time(), zone)
    return Span(period, zone, begins, datetime.combine(period.until + timedelta(days=1), time(), zone))


async def _timezone(context: Context, organization_id: UUID | None) -> str:
    query = select(Organization.timezone).where(col(Organization.id) == (organization_id or context.tenant_id))
    return await context.store.first(query) or "Europe/Moscow"
