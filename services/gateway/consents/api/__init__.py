"""Personal data's routes."""

from services.gateway.consents.api.incidents import router as incidents
from services.gateway.consents.api.ledger import router as ledger
from services.gateway.consents.api.retention import router as retention
from services.gateway.consents.api.subjects import router as subjects

routers = [ledger, subjects, retention, incidents]

__all__ = ["routers"]
