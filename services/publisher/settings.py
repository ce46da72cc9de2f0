"""Settings of the publisher, beside those that every service has."""

from typing import Self

from pydantic import AliasChoices, Field, FilePath, SecretStr, model_validator

from shared.settings import Environment, PlatformSettings


class PublisherSettings(PlatformSettings):
    database_url: str = Field(
        validation_alias=AliasChoices("VMESTE_PUBLISHER_DATABASE_URL", "database_url"),
        description="PostgreSQL, as the publisher's own role",
    )
    sandbox_url: str | None = Field(
        default=None, description="where the stand-in networks are, in place of the real ones; never in production"
    )
    outbound_ca_file: FilePath | None = Field(
        default=None,
        description="root certificates (PEM) to believe beside the usual ones: MAX's are signed by the Russian ministry's "
        "root, which no system carries by itself",
    )
    link_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="hosts, beside that of `public_url`, to which printed codes and short links may lead: the union's site, "
        "its registration pages",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("VMESTE_PUBLISHER_SMTP_URL", "smtp_url"),
        description="smtp://, smtp+starttls:// or smtps://user:password@host:port, for releases to the press; without it "
        "none is sent",
    )
    mail_from: str = Field(
        default="Vmeste <press@localhost>",
        validation_alias=AliasChoices("VMESTE_PUBLISHER_MAIL_FROM", "mail_from"),
        description="the sender of releases",
    )
    network_seconds: float = Field(
        default=15.0,
        gt=0,
        le=15.0,
        description="how long a social network may stay silent before it is not known what it did; an attempt's lease "
        "and a queue job allow no more",
    )

    ask_seconds: float = Field(
        default=60.0, ge=1, description="how often a network that calls no hook is asked for what is new"
    )
    max_jobs: int = Field(
        default=180, description="messages that one worker process handles at once; most of them wait for a network"
    )
    rehearsal_pace: float = Field(
        default=1.0,
        ge=0,
        description="how many times as fast as the networks allow their stand-ins are called; 0 without limit",
    )

    @model_validator(mode="after")
    def _real_networks_in_production(self) -> Self:
        if self.sandbox_url is not None and self.environment is Environment.PRODUCTION:
            raise ValueError("the stand-in networks are for development and tests")
        if self.rehearsal_pace != 1 and self.environment is Environment.PRODUCTION:
            raise ValueError("real networks are called at the pace that they ask for")
        return self
