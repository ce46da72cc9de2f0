"""Settings of the gateway, read from `VMESTE_GATEWAY_*` beside the platform's own."""

from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AliasChoices, Field, FilePath, SecretStr, model_validator

from shared.contracts import ServiceName
from shared.identity import key_id, private_key, public_keys
from shared.settings import Environment, PlatformSettings


class GatewaySettings(PlatformSettings):
    database_url: str = Field(validation_alias=AliasChoices("VMESTE_GATEWAY_DATABASE_URL", "database_url"))
    signing_keys: SecretStr = Field(
        validation_alias=AliasChoices("VMESTE_GATEWAY_SIGNING_KEYS", "VMESTE_GATEWAY_SIGNING_KEY", "signing_keys"),
        description="Ed25519 private keys (32 raw bytes, base64url, comma separated) for access tokens and identities: "
        "the first signs, the others are only published, to sign later",
    )
    publisher_url: str = Field(
        "http://127.0.0.1:8101", validation_alias=AliasChoices("VMESTE_GATEWAY_PUBLISHER_URL", "publisher_url")
    )
    requests_url: str = Field(
        "http://127.0.0.1:8102", validation_alias=AliasChoices("VMESTE_GATEWAY_REQUESTS_URL", "requests_url")
    )
    surveys_url: str = Field(
        "http://127.0.0.1:8103", validation_alias=AliasChoices("VMESTE_GATEWAY_SURVEYS_URL", "surveys_url")
    )
    answer_seconds: float = Field(
        35.0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_ANSWER_SECONDS", "answer_seconds"),
        description="how long a service may stay silent; longer than its own request_seconds",
    )
    max_upload_bytes: int = Field(
        26_000_000,
        validation_alias=AliasChoices("VMESTE_GATEWAY_MAX_UPLOAD_BYTES", "max_upload_bytes"),
        description="the largest body that is passed on at all",
    )
    body_seconds: float = Field(
        30.0,
        gt=0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_BODY_SECONDS", "body_seconds"),
        description="how long a client has to send its body; longer than that is 408",
    )
    stream_check_seconds: float = Field(
        5.0,
        gt=0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_STREAM_CHECK_SECONDS", "stream_check_seconds"),
        description="how often it is asked whether the reader of an event stream may still read it",
    )
    heartbeat_seconds: float = Field(
        15.0,
        gt=0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_HEARTBEAT_SECONDS", "heartbeat_seconds"),
        description="how often an event stream says that it is alive",
    )
    streams_per_caller: int = Field(
        5, ge=1, validation_alias=AliasChoices("VMESTE_GATEWAY_STREAMS_PER_CALLER", "streams_per_caller")
    )
    streams_per_process: int = Field(
        1000, ge=1, validation_alias=AliasChoices("VMESTE_GATEWAY_STREAMS_PER_PROCESS", "streams_per_process")
    )
    proxies: int = Field(
        0,
        ge=0,
        le=10,
        validation_alias=AliasChoices("VMESTE_GATEWAY_PROXIES", "proxies"),
        description="the operator's own proxies in front, each of which adds its caller to X-Forwarded-For",
    )
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("VMESTE_GATEWAY_METRICS_TOKEN", "metrics_token"),
        description="what Prometheus sends as its bearer token; without it the gateway shows no figures",
    )
    tries_per_account: int = Field(
        10,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_PER_ACCOUNT", "tries_per_account"),
        description="tries at one account from one IPv4 address or IPv6 /48 within the window; a success starts the count anew",
    )
    tries_per_name: int = Field(
        50,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_PER_NAME", "tries_per_name"),
        description="tries at one account from all addresses within the window: several times tries_per_account, so "
        "that guessing stays bounded and a guesser in one place does not keep the owner out; a success starts the count anew",
    )
    tries_per_address: int = Field(
        100,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_PER_ADDRESS", "tries_per_address"),
        description="sign-ins from one IPv4 address or IPv6 /64 within the window; an office may share one",
    )
    tries_overall: int = Field(
        10_000,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_OVERALL", "tries_overall"),
        description="sign-ins of everybody within the window",
    )
    tries_window_seconds: int = Field(
        900, ge=1, validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_WINDOW_SECONDS", "tries_window_seconds")
    )
    codes_per_account: int = Field(
        5,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_CODES_PER_ACCOUNT", "codes_per_account"),
        description="one-time codes asked for with one name from one IPv4 address or IPv6 /48 within the window",
    )
    codes_per_name: int = Field(
        20,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_CODES_PER_NAME", "codes_per_name"),
        description="one-time codes asked for with one name from all addresses within the window",
    )
    codes_per_address: int = Field(
        50,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_CODES_PER_ADDRESS", "codes_per_address"),
        description="one-time codes asked for from one IPv4 address or IPv6 /64 within the window",
    )
    telegram_key: str = Field(
        "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d",
        pattern=r"^[0-9a-f]{64}$",
        validation_alias=AliasChoices("VMESTE_GATEWAY_TELEGRAM_KEY", "telegram_key"),
        description="Telegram's public Ed25519 key for the signatures of init data; by default that of its production",
    )
    vk_id_url: str = Field("https://id.vk.com", validation_alias=AliasChoices("VMESTE_GATEWAY_VK_ID_URL", "vk_id_url"))
    vk_client_id: str | None = Field(
        None,
        validation_alias=AliasChoices("VMESTE_GATEWAY_VK_CLIENT_ID", "vk_client_id"),
        description="the id of the installation's app in VK ID; without it nobody signs in by VK",
    )
    vk_redirect_uris: str = Field(
        "",
        validation_alias=AliasChoices("VMESTE_GATEWAY_VK_REDIRECT_URIS", "vk_redirect_uris"),
        description="where VK ID may send people back to (comma separated, each exactly as registered there)",
    )

    sandbox_url: str | None = Field(
        default=None, description="where the stand-ins of VK ID and of mail are; never in production"
    )
    trusted_urls: str = Field(
        "",
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRUSTED_URLS", "trusted_urls"),
        description="origins (comma separated) that webhooks may call though they are not public, as a receiver on a "
        "developer's machine; with any the gateway does not start in production",
    )
    outbound_ca_file: FilePath | None = Field(
        default=None, description="root certificates (PEM) to believe beside the usual ones"
    )
    outbound_seconds: float = Field(
        15.0,
        gt=0,
        le=20.0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_OUTBOUND_SECONDS", "outbound_seconds"),
        description="how long a partner's webhook may stay silent",
    )
    key_requests_per_minute: int = Field(
        600,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_KEY_REQUESTS_PER_MINUTE", "key_requests_per_minute"),
        description="requests of one partner's key in a minute, unless its partner has a number of its own",
    )
    smtp_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("VMESTE_GATEWAY_SMTP_URL", "smtp_url"),
        description="smtp://, smtp+starttls:// or smtps://user:password@host:port; without it no mail is sent",
    )
    mail_from: str = Field(
        "Vmeste <no-reply@localhost>",
        validation_alias=AliasChoices("VMESTE_GATEWAY_MAIL_FROM", "mail_from"),
        description="the sender of codes and notifications",
    )

    @model_validator(mode="after")
    def _real_counterparts_in_production(self) -> Self:
        if self.environment is not Environment.PRODUCTION:
            return self
        if self.sandbox_url is not None:
            raise ValueError("the stand-ins are for development and tests")
        if self.trusted_origins():
            raise ValueError("VMESTE_GATEWAY_TRUSTED_URLS is for development and tests")
        return self

    @model_validator(mode="after")
    def _believed_by_the_services(self) -> Self:
        keys = self.private_keys()
        if not keys or key_id(keys[0].public_key()) not in public_keys(self.identity_public_keys):
            raise ValueError("the public half of the first signing key must be among VMESTE_IDENTITY_PUBLIC_KEYS")
        return self

    def private_keys(self) -> list[Ed25519PrivateKey]:
        """The first signs; the others are published before they do."""
        return [private_key(key.strip()) for key in self.signing_keys.get_secret_value().split(",") if key.strip()]

    def trusted_origins(self) -> list[str]:
        """What may be called though it is not public: the stand-ins, and a developer's own receivers."""
        named = [origin.strip() for origin in self.trusted_urls.split(",") if origin.strip()]
        return named if self.sandbox_url is None else [self.sandbox_url, *named]

    def service_urls(self) -> dict[ServiceName, str]:
        return {
            ServiceName.PUBLISHER: self.publisher_url,
            ServiceName.REQUESTS: self.requests_url,
            ServiceName.SURVEYS: self.surveys_url,
        }
