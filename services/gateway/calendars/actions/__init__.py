"""Keeping calendars, choosing them for organizations, asking them."""

from services.gateway.calendars.actions.choosing import choose_calendar, read_chosen
from services.gateway.calendars.actions.definitions import (
    change_calendar,
    create_calendar,
    delete_calendar,
    found_calendar,
    list_calendars,
    read_calendar,
    refresh_calendars,
    retell_calendars,
)

__all__ = [
    "change_calendar",
    "choose_calendar",
    "create_calendar",
    "delete_calendar",
    "found_calendar",
    "list_calendars",
    "read_calendar",
    "read_chosen",
    "refresh_calendars",
    "retell_calendars",
]
