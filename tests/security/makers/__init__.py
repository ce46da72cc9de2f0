"""For every operation that takes an id: how to make the request that its owner may send, and its twin."""

from tests.security.makers import (
    gateway,
    gateway_consents,
    gateway_notifications,
    gateway_organizations,
    gateway_partners,
    gateway_people,
    gateway_routing,
    gateway_sign_in,
    publisher,
    publisher_editorial,
    publisher_enterprises,
    publisher_links,
    publisher_mentions,
    publisher_occasions,
    publisher_releases,
    requests,
    surveys,
)
from tests.security.makers.registry import ROWS, Row

__all__ = [
    "ROWS",
    "Row",
    "gateway",
    "gateway_consents",
    "gateway_notifications",
    "gateway_organizations",
    "gateway_partners",
    "gateway_people",
    "gateway_routing",
    "gateway_sign_in",
    "publisher",
    "publisher_editorial",
    "publisher_enterprises",
    "publisher_links",
    "publisher_mentions",
    "publisher_occasions",
    "publisher_releases",
    "requests",
    "surveys",
]
