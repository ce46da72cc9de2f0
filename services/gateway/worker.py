"""The gateway's worker process."""

from services.gateway.audit import jobs as audit
from services.gateway.organizations import jobs as organizations
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks import jobs as webhooks
from shared.consumers import Consumer
from shared.worker import Timer, run_worker


def consumers() -> list[Consumer]:
    return [*audit.consumers(), *organizations.consumers(), *webhooks.consumers()]


def timers() -> list[Timer]:
    return [*audit.timers()]


def run(settings: GatewaySettings) -> None:
    """Block until SIGTERM or SIGINT."""
    run_worker(open_gateway_runtime(settings), consumers(), timers())
