"""Notifications as their readers see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.gateway.notifications.rules.kinds import KINDS, Way, kind_named
from services.gateway.notifications.rules.tellings import WORDS, TellingState
from services.gateway.notifications.rules.timing import MOST_A_DAY
from services.gateway.notifications.tables import Notification, NotificationTelling
from shared.app import ApiModel, Page, PageQuery, example
from shared.errors import Text

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
_NAMES = ", ".join(f"`{name}`" for name in KINDS)
KindName = Annotated[str, Field(max_length=60)]


class Words(ApiModel):
    """The same for both readers."""

    ru: str = Field(description="in Russian")
    en: str = Field(description="in English")

    @classmethod
    def of(cls, text: Text) -> "Words":
        return cls(ru=text["ru"], en=text["en"])


class TellingView(ApiModel):
    way: Way = Field(description="by which way it left the house")
    state: TellingState = Field(description="what became of it; `unknown` is not sent again")
    code: str | None = Field(description="why it is not sent")
    text: Words = Field(description="the same in words")


class NotificationView(ApiModel):
    id: UUID = Field(description="the notification's id")
    kind: str = Field(description=f"its kind, as in the settings: {_NAMES}")
    title: Words = Field(description="what happened")
    link: str | None = Field(description="where to look: a path of this API")
    organization_id: UUID = Field(description="where it happened")
    urgent: bool = Field(description="whether it does not wait for the morning")
    occurred_at: datetime = Field(description="when it was told")
    read_at: datetime | None = Field(description="when you read it; null while you have not")
    tellings: list[TellingView] = Field(description="how it was sent to you beside this list")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, notification: Notification, tellings: Sequence[NotificationTelling]) -> "NotificationView":
        return cls(
            id=notification.id,
            kind=notification.kind,
            title=Words(ru=notification.title_in("ru"), en=notification.title_in("en")),
            link=notification.link,
            organization_id=notification.organization_id,
            urgent=notification.urgent,
            occurred_at=notification.occurred_at,
            read_at=notification.read_at,
            tellings=[
                TellingView(way=each.way, state=each.state, code=each.code, text=Words.of(WORDS[each.state]))
                for each in tellings
            ],
            version=notification.version,
        )


class NotificationsPage(Page[NotificationView]):
    unread: int = Field(description="how many you have not read, on this page and beyond")


class NotificationsQuery(PageQuery):
    unread: bool = Field(default=False, description="only what you have not read")


class KindView(ApiModel):
    kind: str = Field(description=f"the kind's name: {_NAMES}")
    title: Words = Field(description="what it tells of")
    ways: list[Way] = Field(
        description="by which ways you are told: what is for members, only by those that lead to you"
    )
    for_members: bool = Field(description="whether it is for members too; the rest is for those who work for the union")
    chosen: bool = Field(description="false while it is as usual")


class SettingsView(ApiModel):
    kinds: list[KindView] = Field(description="every kind there is")
    quiet_from: str = Field(description="from then on nothing is sent but what is urgent; local time")
    quiet_until: str = Field(description="until then; the same as `quiet_from` for no quiet hours")
    timezone: str = Field(description="the zone of your organization, in which those times are")
    most_a_day: int = Field(description="by mail, and by messenger; the rest comes together in the morning")
    language: str = Field(description="of mails and messages")
    version: int = Field(description="grows with each change; the ETag")


class SettingsChange(ApiModel):
    """What is left out stays as it is."""

    ways: dict[KindName, Annotated[list[Way], Field(max_length=len(Way))] | None] | None = Field(
        default=None,
        max_length=len(KINDS),
        description=f"by kind ({_NAMES}): the ways that you want; an empty list for none, null for the usual ones",
    )
    quiet_from: str | None = Field(default=None, max_length=5, pattern=_CLOCK, description="local time, like 22:00")
    quiet_until: str | None = Field(default=None, max_length=5, pattern=_CLOCK, description="local time, like 08:00")
    most_a_day: int | None = Field(
        default=None, ge=0, le=MOST_A_DAY, description="by each way; 0 for everything together in the morning"
    )
    language: Literal["ru", "en"] | None = Field(default=None, description="of mails and messages")

    model_config = ApiModel.model_config | example(
        {"ways": {"publication_failed": ["client"]}, "quiet_from": "21:00", "quiet_until": "09:00"}
    )


class OptOutView(ApiModel):
    """What a link under a mail or a message ends. Nothing in it says whose it is."""

    kind: str = Field(description="the kind that it ends, or `all`")
    title: Words = Field(description="what it tells of")
    way: Way = Field(description="by which way")
    comes: bool = Field(description="whether it still comes")

    @classmethod
    def shown(cls, kind: str, way: Way, *, comes: bool) -> "OptOutView":
        everything = {"ru": "Все уведомления", "en": "All notifications"}
        title = kind_named(kind).title if kind in KINDS else everything
        return cls(kind=kind, title=Words.of(title), way=way, comes=comes)
