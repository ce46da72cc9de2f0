"""Where alembic begins: this service's tables."""

from services.requests.base import metadata
from shared.db.migrations import run_environment

run_environment(metadata)
