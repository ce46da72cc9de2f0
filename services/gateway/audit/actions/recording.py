"""One change into the audit: a row that nobody waits for. Sealing comes later."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from services.gateway.audit.actions.pseudonyms import pseudonym_of
from services.gateway.audit.tables import AuditEntry, audit_mark
from shared.context import Context
from shared.contracts.gateway import AuditRecorded


async def record(context: Context, message: AuditRecorded) -> None:
    actor = None if message.actor_id is None else await pseudonym_of(context, message.actor_id)
    entry = AuditEntry(
        service=message.service,
        operation=message.operation,
        actor_kind=message.actor_kind,
        actor=actor,
        resource=message.resource,
        status=message.status,
        occurred_at=message.occurred_at,
        request_id=message.request_id,
    )
    context.store.add(entry)
    mark = insert(audit_mark).values(tenant_id=context.tenant_id, minute=_minute(context.now))
    await context.store.execute(mark.on_conflict_do_nothing())


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
