"""Signing in, by a name or by a network."""

from services.gateway.sign_in.api.networks import router as networks
from services.gateway.sign_in.api.own import router as own

routers = [own, networks]

__all__ = ["routers"]
