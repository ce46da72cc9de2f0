"""Ids for public addresses: the tenant and the id in one opaque string, so that no lookup comes before the tenant."""

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field

from shared.errors import NotFound

LENGTH = 43  # 32 bytes in base64url without padding

PublicId = Annotated[str, Field(min_length=LENGTH, max_length=LENGTH, pattern=r"^[A-Za-z0-9_-]{43}$")]


def public_id_path(description: str | None = None) -> Any:
    """A part of a path that is a public id, in words of its own."""
    return Path(min_length=LENGTH, max_length=LENGTH, pattern=r"^[A-Za-z0-9_-]{43}$", description=description)


PublicIdPath = Annotated[str, public_id_path()]


def public_id(tenant_id: UUID, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(tenant_id.bytes + row_id.bytes).rstrip(b"=").decode()


def parse_public_id(text: str) -> tuple[UUID, UUID] | None:
    """(tenant, id), or None for what is no public id."""
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(text) != LENGTH or len(raw) != 32 or public_id(UUID(bytes=raw[:16]), UUID(bytes=raw[16:])) != text:  # noqa: PLR2004
        return None
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:])


def id_within(tenant_id: UUID, text: str) -> UUID:
    """The id in a public id of this tenant. Raises NotFound for another tenant's, and for what is none."""
    parsed = parse_public_id(text)
    if parsed is None or parsed[0] != tenant_id:
        raise NotFound
    return parsed[1]
