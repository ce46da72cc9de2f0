"""Erasing a person: what stands against it, and the certificate that it was done."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue

from shared.clock import written
from shared.errors import Conflict


class ErasureReason(StrEnum):
    """By what right somebody is erased.

    `consent_withdrawn`: they took their consent back; `asked`: they asked for it; `purpose_reached`: what it was
    kept for is over; `unlawful`: it should never have been kept.
    """

    CONSENT_WITHDRAWN = "consent_withdrawn"
    ASKED = "asked"
    PURPOSE_REACHED = "purpose_reached"
    UNLAWFUL = "unlawful"


class ErasureState(StrEnum):
    """How far an erasure came.

    `running`: it is being done in all services; `done`: there is a certificate of it; `refused`: a legal hold or a
    merge came in between.
    """

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


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


@dataclass(frozen=True)
class Certificate:
    """What is said under the hash: the fields of the API's answer, by the same names."""

    id: UUID
    person_id: UUID
    reason: ErasureReason
    requested_by: UUID | None
    requested_at: datetime
    finished_at: datetime
    counts: Mapping[str, JsonValue]


def certificate_hash(certificate: Certificate) -> str:
    """SHA-256 in hexadecimal over canonical JSON: changed later, the certificate no longer fits.

    The API's document tells clients how to compute it from the answer alone.
    """
    said = {
        "counts": certificate.counts,
        "finished_at": written(certificate.finished_at),
        "id": str(certificate.id),
        "person_id": str(certificate.person_id),
        "reason": certificate.reason.value,
        "requested_at": written(certificate.requested_at),
        "requested_by": None if certificate.requested_by is None else str(certificate.requested_by),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
