"""Images as they are kept. The pixels lie in the storage, under the image's key."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.media.rules import ImageFormat
from shared.db import checked_text, moment


class Media(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    format: ImageFormat = checked_text(ImageFormat)
    width: int
    height: int
    size: int  # bytes
    alt_text: str  # empty until somebody described the picture; then it may be published
    storage_key: str
    is_signed: bool = False  # a person of the union signed what it shows: staff see it, partners do not
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (Index(None, "tenant_id", "organization_id", "id"),)
