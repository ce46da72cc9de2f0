"""Erasing a person: what stands against it, and the certificate that it was done."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue

from shared.errors import Conflict


class ErasureReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ASKED = "asked"  # by the person
    PURPOSE_REACHED = "purpose_reached"
    UNLAWFUL = "unlawful"  # it should never have been kept


class ErasureState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # a legal hold came in between


class OnLegalHold(Conflict):
    code = "subject.legal_hold"
    title = {
        "ru": "Данные этого человека должны храниться: удаление запрещено",
        "en": "This person's data must be kept: a legal hold forbids the erasure",
    }


class ErasureRunning(Conflict):
    code = "subject.erasure_running"
    title = {"ru": "Удаление уже идёт", "en": "The erasure is already under way"}


class HoldLifted(Conflict):
    code = "legal_hold.lifted"
    title = {"ru": "Запрет уже снят", "en": "The hold has been lifted already"}


def holds(until: date | None, lifted_at: datetime | None, today: date) -> bool:
    """Through its last day."""
    return lifted_at is None and (until is None or today <= until)


def certificate_hash(
    erasure_id: UUID,
    person_id: UUID,
    reason: ErasureReason,
    requested_at: datetime,
    finished_at: datetime,
    counts: Mapping[str, JsonValue],
) -> str:
    """SHA-256 of what the certificate says, in hexadecimal, over canonical JSON: changed later, it no longer fits."""
    said = {
        "counts": counts,
        "erasure_id": str(erasure_id),
        "finished_at": finished_at.isoformat(),
        "person_id": str(person_id),
        "reason": reason.value,
        "requested_at": requested_at.isoformat(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
