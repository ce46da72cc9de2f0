"""Settings of the requests service, beside those that every service has."""

from pydantic import AliasChoices, Field

from shared.settings import PlatformSettings


class RequestsSettings(PlatformSettings):
    database_url: str = Field(
        validation_alias=AliasChoices("VMESTE_REQUESTS_DATABASE_URL", "database_url"),
        description="PostgreSQL, as the requests service's own role",
    )
