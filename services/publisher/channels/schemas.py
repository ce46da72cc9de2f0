"""Channels as clients see them. Credentials go in and never come out."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, JsonValue, model_validator

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import CAPABILITIES
from shared.app import ApiModel, PageQuery, example, public_id

Credentials = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(min_length=1, max_length=600)]],
    Field(
        max_length=4,
        description="access tokens by name, kept encrypted and never shown. telegram and max: `token`; "
        "vk: `community_token` and, for images, `user_token`; bluesky: `app_password` and, on a server of your own, "
        "`server`; mastodon: `token`; feed: none",
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
        description="id of the chat or community in the network; bluesky: the account's handle or DID; mastodon: name@server; "
        "feed: the `organization_id`, in place of which the channel shows the id in the feed's public address",
    )
    title: str | None = Field(default=None, min_length=1, max_length=200, description="by default the network's own")
    credentials: Credentials

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
        }
    )


class ChannelChange(ApiModel):
    """What is left out stays as it is."""

    title: str | None = Field(default=None, min_length=1, max_length=200, description="a name for your own lists")
    paused: bool | None = Field(default=None, description="true holds back everything that would be sent through it")

    model_config = ApiModel.model_config | example({"paused": True})


class NewCredentials(ApiModel):
    credentials: Credentials

    model_config = ApiModel.model_config | example({"credentials": {"token": "123456:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP"}})


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
    text_limit: int = Field(description="characters of a post without images")
    caption_limit: int = Field(description="characters of a post with images")
    max_images: int = Field(description="images in one post")


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
    receives_updates: bool = Field(
        description="whether the network sends us what people write to this channel's bot or community"
    )
    capabilities: CapabilitiesView = Field(description="what the network and these credentials can do")
    missing: list[MissingView] = Field(description="what these credentials cannot do, and why")
    follower_count: int | None = Field(description="null when the network does not tell")
    probed_at: datetime = Field(description="when the network was last asked")
    created_at: datetime = Field(description="when it was connected")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, channel: Channel) -> Self:
        unable = channel.unable()
        takes = CAPABILITIES[channel.network]
        return cls(
            **channel.model_dump(
                include=set(cls.model_fields) - {"problem", "capabilities", "missing"},
            ),
            problem=None if channel.problem is None else ReasonView.of(channel.problem),
            capabilities=CapabilitiesView(
                abilities=[ability for ability in Ability if takes.has(ability) and ability not in unable],
                text_limit=takes.texts.post,
                caption_limit=takes.texts.caption,
                max_images=takes.images.most,
            ),
            missing=[
                MissingView(ability=Ability(str(entry["ability"])), reason=ReasonView.of(entry))
                for entry in channel.missing
                if isinstance(entry, dict)
            ],
        )
