"""Writing the audit down, sealing it, reading and checking it."""

from services.gateway.audit.actions.pseudonyms import pseudonym_of
from services.gateway.audit.actions.reading import export_after, list_entries, list_seals
from services.gateway.audit.actions.recording import record
from services.gateway.audit.actions.sealing import seal_all, seal_tenant
from services.gateway.audit.actions.verifying import Verdict, verify

__all__ = [
    "Verdict",
    "export_after",
    "list_entries",
    "list_seals",
    "pseudonym_of",
    "record",
    "seal_all",
    "seal_tenant",
    "verify",
]
