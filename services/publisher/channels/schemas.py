"""Channels as clients see them. Credentials go in and never come out."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, JsonValue, model_validator

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.channels.rules.registration import warnings_of
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import INSTAGRAM_WARNING
from services.publisher.networks.own_limits import taken_by
from shared.app import ApiModel, PageQuery, example, public_id

Credentials = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(min_length=1, max_length=600)]],
    Field(
        max_length=4,
        description="access tokens by name, kept encrypted and never shown. telegram and max: `token`, the bot's; "
        "vk: `community_token` and, for images and polls, `user_token` of an administrator; ok: `application_key`, "
        "`session_secret_key` and the `access_token` of an administrator and, to write direct messages and hear, "
        "`group_token`; bluesky: `app_password` and, on a server of your own, `server`; mastodon: `token`; instagram: "
        "`token` and, to hear comments, `app_id` and `app_secret`; email: `mailbox` (the address to write from), "
        "`smtp_url` (smtps:// or smtp+starttls://user:password@host), to read it `imap_url` (imaps://), and "
        "`sender_name`; feed: none, `{}`",
    ),
]


class BilingualText(ApiModel):
    """The same for both readers."""

    ru: str = Field(description="in Russian")
    en: str = Field(description="in English")


class NewChannel(ApiModel):
    organization_id: UUID = Field(
        description="whose channel it is; its direct messages become its requests. Of several channels with one bot, "
        "messages are for the one that was connected first among those that are active"
    )
    network: Network = Field(description="the social network")
    external_id: str = Field(
        min_length=1,
        max_length=320,
        description="the account in its network. telegram: `@name`, or the chat's number with its minus; vk: the "
        "community's number without a minus; max: the chat's number; ok: the group's number; instagram: the number of "
        "the professional account, as its Graph API tells it; bluesky: the account's handle or DID; mastodon: "
        "name@server; email: the address that publications go to, of a mailing list or an editor's office; feed: the "
        "`organization_id`, in place of which the channel shows the id in the feed's public address",
    )
    title: str | None = Field(default=None, min_length=1, max_length=200, description="by default the network's own")
    credentials: Credentials
    accepted_warning: str | None = Field(
        default=None,
        max_length=60,
        description="instagram is off until somebody has read its warning and accepts it by the warning's code: "
        f"`{INSTAGRAM_WARNING.code}`: {INSTAGRAM_WARNING.text['en']} / {INSTAGRAM_WARNING.text['ru']}",
    )

    @model_validator(mode="after")
    def _own_feed(self) -> Self:
        if self.network is Network.FEED and self.external_id != str(self.organization_id):
            raise ValueError("a feed has the id of its organization")
        return self

    def target(self, tenant_id: UUID) -> str:
        """The account in its network."""
        return public_id(tenant_id, self.organization_id) if self.network is Network.FEED else self.external_id

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "network": "telegram",
            "external_id": "-1001234567890",
            "credentials": {"token": "123456:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP9qR0s"},
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "network": "vk",
            "external_id": "123456789",
            "credentials": {"community_token": "vk1.a.community...", "user_token": "vk1.a.administrator..."},
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "network": "ok",
            "external_id": "70000001234567",
            "credentials": {
                "application_key": "CAPPLICATIONKEY",
                "session_secret_key": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                "access_token": "-n-0accesstokenofapplication...",
                "group_token": "tkn1grouptokenofmessages...",
            },
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "network": "email",
            "external_id": "news@list.union.example",
            "credentials": {
                "mailbox": "press@union.example",
                "smtp_url": "smtps://press%40union.example:pass,word@mail.union.example",
                "imap_url": "imaps://press%40union.example:pass,word@mail.union.example",
                "sender_name": "Профсоюз школы № 7",
            },
        },
    )


class ChannelChange(ApiModel):
    """What is left out stays as it is. So does a `title` or `paused` of null; null takes the other two away."""

    title: str | None = Field(default=None, min_length=1, max_length=200, description="a name for your own lists")
    registry_url: str | None = Field(
        default=None,
        min_length=12,
        max_length=500,
        description="the channel's record in Roskomnadzor's list of pages with more than 10,000 followers; null takes it away",
    )
    failover_channel_id: UUID | None = Field(
        default=None,
        description="the channel, of the same organization or one below it, by which goes out what this one cannot take: "
        "its network is away for hours, or has shut it out; null for none",
    )
    paused: bool | None = Field(default=None, description="true holds back everything that would be sent through it")

    model_config = ApiModel.model_config | example({"paused": True})


class NewCredentials(ApiModel):
    credentials: Credentials

    model_config = ApiModel.model_config | example({"credentials": {"token": "123456:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP"}})


class ChannelHook(ApiModel):
    url: str = Field(description="where to POST letters, its secret in it; shown in this answer alone")
    version: int = Field(description="of the channel, which has changed by it; the ETag")

    model_config = ApiModel.model_config | example(
        {"url": "https://vmeste.example/v1/network_hooks/0190a6a0.../0190a6a1...?hook-secret=...", "version": 2}
    )


class ChannelFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only channels in this organization's subtree")
    network: Network | None = Field(default=None, description="only channels in this network")


class ReasonView(ApiModel):
    """Why something was not done, for clients to branch on and for people to read."""

    code: str = Field(description="stable")
    network_code: str | None = Field(description="what the network itself said")
    text: BilingualText = Field(description="the same in words, and what to do about it")

    @classmethod
    def of(cls, stored: dict[str, JsonValue]) -> Self:
        """From {"code", "network_code", "ru", "en"}."""
        network_code = stored.get("network_code")
        return cls(
            code=str(stored["code"]),
            network_code=None if network_code is None else str(network_code),
            text=BilingualText(ru=str(stored["ru"]), en=str(stored["en"])),
        )


class MissingView(ApiModel):
    ability: Ability = Field(description="what these credentials cannot do although the network can")
    reason: ReasonView = Field(description="why")


class CapabilitiesView(ApiModel):
    abilities: list[Ability] = Field(description="what can be done with these credentials")
    text_limit: int = Field(
        description="characters of a post without images, as the network counts: telegram and vk count most emoji as two, "
        "bluesky counts each as one whatever it is made of, mastodon counts a link as 23 or so; the preview counts so too"
    )
    caption_limit: int = Field(description="characters of a post with images, counted in the same way")
    max_images: int = Field(description="images in one post")
    alt_text_limit: int | None = Field(description="characters of an image's description; null: no limit of its own")


class WarningView(ApiModel):
    """What whoever keeps a channel must know.

    `channel.registration_is_near` from 9,000 followers on, `channel.registration_required` from 10,000 on, both until
    there is a `registry_url`; and the warning of a network that is off until it is accepted.
    """

    code: str = Field(description="stable")
    text: BilingualText = Field(description="the same in words")


class BlockView(ApiModel):
    since: datetime = Field(description="when the network first took nothing")
    reason: ReasonView = Field(description="why")


class ChannelView(ApiModel):
    id: UUID = Field(description="the channel's id")
    organization_id: UUID = Field(description="whose channel it is")
    network: Network = Field(description="the social network")
    external_id: str = Field(description="id of the chat or community in the network")
    title: str = Field(description="its name in your lists")
    url: str | None = Field(description="where the public sees it, if the network tells")
    state: ChannelState = Field(description="posts wait while it is not `active`")
    problem: ReasonView | None = Field(description="why the network no longer accepts the credentials")
    paused_until: datetime | None = Field(description="until when the network asked us to wait")
    blocked: BlockView | None = Field(description="since when the channel takes no posts; null while it does")
    failover_channel_id: UUID | None = Field(description="the channel by which goes out what this one cannot take")
    receives_updates: bool = Field(
        description="whether the network sends us what people write to this channel's bot or community"
    )
    capabilities: CapabilitiesView = Field(description="what the network and these credentials can do")
    missing: list[MissingView] = Field(description="what these credentials cannot do, and why")
    warnings: list[WarningView] = Field(description="what whoever keeps it must know; empty most of the time")
    registry_url: str | None = Field(description="its record in the list that the law asks of large channels")
    accepted_warning: str | None = Field(description="the wording of its network's warning that was accepted")
    follower_count: int | None = Field(description="null when the network does not tell")
    probed_at: datetime = Field(description="when the network was last asked")
    created_at: datetime = Field(description="when it was connected")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, channel: Channel) -> Self:
        unable = channel.unable()
        takes = taken_by(channel.network, channel.limits())
        return cls(
            **channel.model_dump(
                include=set(cls.model_fields) - {"problem", "blocked", "capabilities", "missing", "warnings"},
            ),
            problem=None if channel.problem is None else ReasonView.of(channel.problem),
            blocked=None
            if channel.blocked_since is None or channel.blocked_reason is None
            else BlockView(since=channel.blocked_since, reason=ReasonView.of(channel.blocked_reason)),
            capabilities=CapabilitiesView(
                abilities=[ability for ability in Ability if takes.has(ability) and ability not in unable],
                text_limit=takes.texts.post,
                caption_limit=takes.texts.caption,
                max_images=takes.images.most,
                alt_text_limit=takes.images.alt_text,
            ),
            warnings=[
                WarningView(code=each.code, text=BilingualText(**each.text))
                for each in warnings_of(channel.network, channel.follower_count, channel.registry_url)
            ],
            missing=[
                MissingView(ability=Ability(str(entry["ability"])), reason=ReasonView.of(entry))
                for entry in channel.missing
                if isinstance(entry, dict)
            ],
        )
