"""Idempotency-Key: the first answer is kept with its effect, in the same transaction, and given again."""

import hashlib
import json
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import text

from shared.context import Context
from shared.errors import Conflict, FieldError, Invalid

_KEY_LENGTH = 255
_NOT_KEPT = frozenset({"set-cookie", "date", "content-length"})
_PROOF = "registration-token"  # of a caller without a sign-in: the kept answer is for whoever shows it again


class IdempotencyInProgress(Conflict):
    code = "idempotency.in_progress"
    title = {"ru": "Такой запрос уже выполняется", "en": "A request with this key is still running"}


class IdempotencyMismatch(Invalid):
    code = "idempotency.mismatch"
    title = {"ru": "Этот ключ уже использован с другим запросом", "en": "This key was used with another request"}


class IdempotencyShownOnce(Conflict):
    code = "idempotency.shown_once"
    title = {"ru": "Ответ показывают только один раз", "en": "This answer is shown only once"}
    sample_detail = {
        "ru": "Он относится к /v1/webhooks/0190a6a0-0000-7000-8000-000000000009",
        "en": "It belongs to /v1/webhooks/0190a6a0-0000-7000-8000-000000000009",
    }


class Replay(Exception):
    """Ends the request with the answer that it had before."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that is done for the first time under its key."""

    key_hash: bytes
    request_hash: bytes

    async def keep(self, context: Context, response: Response, *, shown_once: bool) -> None:
        """Store the answer beside its effect, encrypted, because answers quote people. A failure is not kept."""
        if response.status_code >= 400:  # noqa: PLR2004 - an HTTP status
            return
        body = None if shown_once else context.runtime.cipher.encrypt(bytes(response.body).decode())
        headers = {name: value for name, value in response.headers.items() if name not in _NOT_KEPT}
        await context.store.execute(
            text(
                f"INSERT INTO {context.runtime.service}.idempotency_record "  # noqa: S608 - a ServiceName
                "(tenant_id, key_hash, request_hash, status, headers, body, resource_id) VALUES "
                "(:tenant_id, :key_hash, :request_hash, :status, CAST(:headers AS jsonb), :body, :resource_id)"
            ),
            {
                "tenant_id": context.tenant_id,
                "key_hash": self.key_hash,
                "request_hash": self.request_hash,
                "status": response.status_code,
                "headers": json.dumps(headers),
                "body": body,
                "resource_id": response.headers.get("location"),
            },
        )


async def begin_idempotent(request: Request, context: Context) -> IdempotentRequest | None:
    """None without a key. Raises Replay for a request that was done, IdempotencyInProgress for one that is running."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not 0 < len(key) <= _KEY_LENGTH:
        detail = {"ru": "От 1 до 255 знаков", "en": "1 to 255 characters"}
        raise Invalid(errors=(FieldError("header:idempotency-key", "length", detail),))
    owner = f"{context.caller.actor_id}\0{request.headers.get(_PROOF, '')}"
    key_hash = hashlib.sha256(f"{owner}\0{request.url.path}\0{key}".encode()).digest()
    request_hash = hashlib.sha256(request.url.query.encode() + b"\0" + await request.body()).digest()
    await _hold(context, key_hash)
    found = await context.store.execute(
        text(
            "SELECT request_hash, status, headers, body, resource_id "  # noqa: S608 - a ServiceName
            f"FROM {context.runtime.service}.idempotency_record "
            "WHERE tenant_id = :tenant_id AND key_hash = :key_hash"
        ),
        {"tenant_id": context.tenant_id, "key_hash": key_hash},
    )
    kept = found.first()
    if kept is None:
        return IdempotentRequest(key_hash, request_hash)
    if bytes(kept.request_hash) != request_hash:
        raise IdempotencyMismatch
    if kept.body is None:
        raise IdempotencyShownOnce(
            {"ru": f"Он относится к {kept.resource_id}", "en": f"It belongs to {kept.resource_id}"}
        )
    headers = {**kept.headers, "idempotent-replayed": "true"}
    raise Replay(Response(context.runtime.cipher.decrypt(kept.body), kept.status, headers=headers))


async def _hold(context: Context, key_hash: bytes) -> None:
    """Hold the key until the transaction ends; a twin is told at once instead of waiting."""
    lock = int.from_bytes(hashlib.sha256(context.tenant_id.bytes + key_hash).digest()[:8], signed=True)
    held = await context.store.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock})
    if not held.scalar():
        raise IdempotencyInProgress(retry_after=1)
