"""The gateway's worker process."""

from services.gateway.audit import jobs as audit
from services.gateway.calendars import jobs as calendars
from services.gateway.consents import jobs as consents
from services.gateway.notifications import jobs as notifications
from services.gateway.organizations import jobs as organizations
from services.gateway.people import jobs as people
from services.gateway.people.actions.belonging import Belonging
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks import jobs as webhooks
from shared.consumers import Consumer
from shared.contracts.gateway import JobDue
from shared.jobs import works_off
from shared.worker import Timer, run_worker


def consumers() -> list[Consumer]:
    return [
        *audit.consumers(),
        *organizations.consumers(),
        *people.consumers(),
        *consents.consumers(notifications.aged()),
        *webhooks.consumers(),
        *notifications.consumers(),
        works_off(
            JobDue,
            lambda job_id: JobDue(job_id=job_id),
            {**organizations.job_kinds(), **people.job_kinds(), **consents.job_kinds([notifications.held])},
        ),
    ]


def timers() -> list[Timer]:
    return [*audit.timers(), *organizations.timers(Belonging()), *calendars.timers(), *consents.timers()]


def run(settings: GatewaySettings) -> None:
    """Block until SIGTERM or SIGINT."""
    run_worker(open_gateway_runtime(settings), consumers(), timers())
