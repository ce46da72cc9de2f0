"""What the server says of itself: its limits, as the stand-in enforces them."""

from deploy.sandbox.networks.mastodon.models import (
    ALT_LIMIT,
    IMAGE_BYTES,
    IMAGE_PIXELS,
    LINK_LENGTH,
    MOST_IMAGES,
    POLL_OPTION,
    POLL_OPTIONS,
    POLL_SECONDS,
    TEXT_LIMIT,
)
from deploy.sandbox.networks.mastodon.views import DOMAIN
from deploy.sandbox.wire import JsonObject


def instance() -> JsonObject:
    return {
        "domain": DOMAIN,
        "title": "Stand-in",
        "version": "4.7.0",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "A server that exists on this machine alone",
        "usage": {"users": {"active_month": 1}},
        "thumbnail": {"url": f"https://{DOMAIN}/thumbnail.png"},
        "icon": [],
        "languages": ["ru", "en"],
        "registrations": {"enabled": False, "approval_required": False},
        "api_versions": {"mastodon": 7},
        "contact": {"email": f"admin@{DOMAIN}"},
        "rules": [],
        "configuration": _configuration(),
    }


def _configuration() -> JsonObject:
    return {
        "urls": {},
        "translation": {"enabled": False},
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": TEXT_LIMIT,
            "max_media_attachments": MOST_IMAGES,
            "characters_reserved_per_url": LINK_LENGTH,
        },
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
            "description_limit": ALT_LIMIT,
            "image_size_limit": IMAGE_BYTES,
            "image_matrix_limit": IMAGE_PIXELS,
            "video_size_limit": 99 * 1024 * 1024,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": IMAGE_PIXELS,
        },
        "polls": {
            "max_options": POLL_OPTIONS[1],
            "max_characters_per_option": POLL_OPTION,
            "min_expiration": POLL_SECONDS[0],
            "max_expiration": POLL_SECONDS[1],
        },
    }
