"""Signing in, by a name or by a network."""

from services.gateway.sign_in.api.contacts import router as contacts
from services.gateway.sign_in.api.networks import router as networks
from services.gateway.sign_in.api.own import router as own
from services.gateway.sign_in.api.tenants import router as tenants

routers = [own, contacts, networks, tenants]

__all__ = ["routers"]
