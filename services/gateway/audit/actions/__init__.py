"""Writing the audit down, sealing it, reading and checking it."""

from services.gateway.audit.actions.reading import actor_of, export_after, list_entries, list_seals
from services.gateway.audit.actions.recording import record
from services.gateway.audit.actions.sealing import seal_all, seal_tenant
from services.gateway.audit.actions.verifying import Verdict, verify

__all__ = [
    "Verdict",
    "actor_of",
    "export_after",
    "list_entries",
    "list_seals",
    "record",
    "seal_all",
    "seal_tenant",
    "verify",
]
