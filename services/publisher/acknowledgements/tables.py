"""Who acknowledged what. Of a person nothing but the id."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.publications.tables import Publication
from shared.db import foreign_key, moment


class Acknowledgement(Tenant, table=True):
    publication_id: UUID = foreign_key(Publication)
    person_id: UUID
    acknowledged_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "publication_id", "person_id"),
        Index(None, "tenant_id", "publication_id", "id"),
        Index(None, "tenant_id", "person_id"),
    )
