"""The tree of organizations, and the platform's tenants."""

from services.gateway.organizations.api.tenants import router as tenants
from services.gateway.organizations.api.tree import router as tree

routers = [tenants, tree]

__all__ = ["routers"]
