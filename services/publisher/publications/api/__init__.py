"""The routes of publications."""

from services.publisher.publications.api.deliveries import router as deliveries
from services.publisher.publications.api.policies import router as policies
from services.publisher.publications.api.publications import router as publications
from services.publisher.publications.api.reviews import router as reviews
from services.publisher.publications.api.sending import router as sending

routers = [publications, reviews, sending, deliveries, policies]

__all__ = ["routers"]
