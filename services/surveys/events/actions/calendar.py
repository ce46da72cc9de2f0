"""An event as a calendar file (RFC 5545) that phones and mail programs open."""

from datetime import datetime, timedelta

from icalendar import STATUS, Calendar
from icalendar import Event as Entry

from services.surveys.events.rules.life import Stage
from services.surveys.events.tables import Event
from shared.app import public_id
from shared.local_time import zone_named

_AROUND = timedelta(days=370)  # the zone's rules are given for the year around the event


def calendar_file(event: Event, now: datetime) -> bytes:
    """With the local times and their zone's rules, so that it stays at its hour of the day."""
    zone = zone_named(event.timezone)
    entry = Entry.new(
        uid=f"{public_id(event.tenant_id, event.id)}@vmeste",
        stamp=now,
        start=event.starts_local.replace(tzinfo=zone),
        end=event.ends_local.replace(tzinfo=zone),
        summary=event.title,
        description=event.description or None,
        location=event.place,
        url=event.url,
        sequence=event.version,
        status=STATUS.CANCELLED if event.stage is Stage.CANCELLED else STATUS.CONFIRMED,
    )
    calendar = Calendar.new(prodid="-//Vmeste//Events//RU", version="2.0", method="PUBLISH", subcomponents=[entry])
    calendar.add_missing_timezones((event.starts_local - _AROUND).date(), (event.ends_local + _AROUND).date())
    return calendar.to_ical()
