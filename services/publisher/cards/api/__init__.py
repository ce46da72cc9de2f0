"""Routes: cards and their templates, occasions and their greetings."""

from services.publisher.cards.api.cards import router as cards
from services.publisher.cards.api.occasions import router as occasions

routers = (cards, occasions)

__all__ = ["routers"]
