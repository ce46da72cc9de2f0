"""What requesters thought of the help they got."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint

from services.requests.base import Tenant
from services.requests.desk.rules.rating_buttons import HIGHEST, LOWEST
from services.requests.desk.tables import HelpRequest
from services.requests.ratings.rules import RatedBy
from shared.db import checked_text, foreign_key, moment


class Rating(Tenant, table=True):
    """The requester's opinion of one resolution."""

    request_id: UUID = foreign_key(HelpRequest)
    resolution: int
    score: int
    comment: str | None = None
    rated_by: RatedBy = checked_text(RatedBy)
    rated_at: datetime = moment()

    constraints = (
        UniqueConstraint("tenant_id", "request_id", "resolution"),
        CheckConstraint(f"score BETWEEN {LOWEST} AND {HIGHEST}", name="score"),
    )
