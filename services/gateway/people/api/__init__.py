"""The routes of people, imports, merges and invitations. Fixed addresses stand before those with an id in them."""

from services.gateway.people.api.duplicates import router as duplicates
from services.gateway.people.api.imports import router as imports
from services.gateway.people.api.invitations import router as invitations
from services.gateway.people.api.people import router as people

routers = (duplicates, imports, people, invitations)

__all__ = ["routers"]
