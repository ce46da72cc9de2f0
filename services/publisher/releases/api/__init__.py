"""The press list, releases, and the links inside their letters."""

from services.publisher.releases.api.contacts import router as contacts
from services.publisher.releases.api.letters import router as letters
from services.publisher.releases.api.releases import router as releases

routers = (contacts, releases, letters)
