"""Settings of the surveys service, beside those that every service has."""

from pydantic import AliasChoices, Field

from shared.settings import PlatformSettings


class SurveysSettings(PlatformSettings):
    database_url: str = Field(
        validation_alias=AliasChoices("VMESTE_SURVEYS_DATABASE_URL", "database_url"),
        description="PostgreSQL, as the surveys service's own role",
    )
