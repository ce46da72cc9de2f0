"""`vmeste migrate`: every service's schema brought to its newest version."""

from deploy.cli.console import say
from deploy.cli.environment import owner_settings
from deploy.migrate import migrate as migrate_as


def migrate() -> None:
    """Bring every service's schema to its newest version, with its roles and its guard. Safe to repeat."""
    migrate_as(owner_settings())
    say("All schemas are at their newest version.")
