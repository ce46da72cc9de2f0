"""The audit is told by every service, and sealed by the clock."""

from typing import Final

from services.gateway.audit.actions import record, seal_all
from shared.consumers import Consumer, consumes
from shared.contracts.gateway import AuditRecorded
from shared.worker import Timer

SEALING_SECONDS: Final = 30.0


def consumers() -> list[Consumer]:
    return [consumes(AuditRecorded, record)]


def timers() -> list[Timer]:
    return [Timer("audit.seal", SEALING_SECONDS, seal_all)]
