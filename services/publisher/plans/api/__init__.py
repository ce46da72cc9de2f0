"""The routes of slots, plans and the calendar."""

from services.publisher.plans.api.calendars import router as calendars
from services.publisher.plans.api.plans import router as plans
from services.publisher.plans.api.slots import router as slots

routers = [slots, plans, calendars]

__all__ = ["routers"]
