"""Personal data's use cases."""

from services.gateway.consents.actions.ledger import has_consent

__all__ = ["has_consent"]
