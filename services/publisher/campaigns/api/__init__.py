"""Campaigns, what is attached and carried, and the flash mob's entries."""

from services.publisher.campaigns.api.campaigns import router as campaigns
from services.publisher.campaigns.api.entries import router as entries
from services.publisher.campaigns.api.relays import router as relays

routers = (campaigns, relays, entries)
