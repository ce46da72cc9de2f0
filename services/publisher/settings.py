"""Settings of the publisher, beside those that every service has."""

from pydantic import AliasChoices, Field

from shared.settings import PlatformSettings


class PublisherSettings(PlatformSettings):
    database_url: str = Field(
        validation_alias=AliasChoices("VMESTE_PUBLISHER_DATABASE_URL", "database_url"),
        description="PostgreSQL, as the publisher's own role",
    )
