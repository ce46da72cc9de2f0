"""Settings of an organization, as clients give and see them."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import Field

from services.gateway.organizations.rules import LEAST_FLOOR, Setting
from services.gateway.organizations.rules.settings import BRANDING, InForce
from services.gateway.organizations.tables import Organization
from shared.app import ApiModel, example

Value = TypeVar("Value")
Colour = Annotated[
    str, Field(pattern=r"^#[0-9a-fA-F]{6}$", min_length=7, max_length=7, description="a colour, as in `#1f4e79`")
]
LogoId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", max_length=36)]  # the publisher's: it is checked there
Least = Annotated[int, Field(ge=LEAST_FLOOR, le=1000, description="people behind a published figure, at least")]


class BrandingChange(ApiModel):
    """What is left out stays; null gives it back to the organization above."""

    primary_colour: Colour | None = Field(default=None, description="of cards; `#rrggbb`")
    accent_colour: Colour | None = Field(default=None, description="of what stands out on cards; `#rrggbb`")
    short_name: str | None = Field(default=None, min_length=1, max_length=60, description="the name on cards")
    logo_media_id: LogoId | None = Field(
        default=None, description="an image of `/media`; whoever draws a card with it must be allowed to see it"
    )

    model_config = example({"primary_colour": "#1f4e79", "short_name": "ПМР Москвы"})


class SettingsChange(ApiModel):
    """What is left out stays; null gives it back to the organization above."""

    least_numbers: Least | None = Field(default=None, description="people behind a published number, at least")
    least_texts: Least | None = Field(default=None, description="people behind a published text, at least")
    branding: BrandingChange | None = Field(default=None, description="piece by piece; null gives back all of it")

    model_config = example({"least_numbers": 7, "branding": {"short_name": "ПМР Москвы"}})

    def wanted(self) -> dict[str, int | str | None]:
        """By setting; null gives one back."""
        values: dict[str, int | str | None] = {}
        for name in self.model_fields_set - {"branding"}:
            values[name] = getattr(self, name)
        if "branding" in self.model_fields_set:
            if self.branding is None:
                values |= dict.fromkeys(BRANDING)
            else:
                values |= self.branding.model_dump(mode="json", exclude_unset=True)
        return values


class OwnSettings(ApiModel):
    """What the organization decides for itself; null is inherited."""

    timezone: str | None = Field(default=None, description="IANA zone")
    calendar_id: UUID | None = Field(default=None, description="its working calendar")
    least_numbers: int | None = Field(default=None, description="people behind a published number, at least")
    least_texts: int | None = Field(default=None, description="people behind a published text, at least")
    primary_colour: str | None = Field(default=None, description="of cards")
    accent_colour: str | None = Field(default=None, description="of what stands out on cards")
    short_name: str | None = Field(default=None, description="the name on cards")
    logo_media_id: str | None = Field(default=None, description="an image of `/media`")


class InForceSetting(ApiModel, Generic[Value]):
    value: Value | None = Field(description="what holds; null when nobody decided")
    from_organization_id: UUID | None = Field(description="who decided it; null for the platform's own default")


class Effective(ApiModel):
    """What holds in the organization, and which organization decided it."""

    timezone: InForceSetting[str] = Field(description="IANA zone")
    calendar_id: InForceSetting[UUID] = Field(description="the working calendar")
    least_numbers: InForceSetting[int] = Field(description="people behind a published number, at least")
    least_texts: InForceSetting[int] = Field(description="people behind a published text, at least")
    primary_colour: InForceSetting[str] = Field(description="of cards")
    accent_colour: InForceSetting[str] = Field(description="of what stands out on cards")
    short_name: InForceSetting[str] = Field(description="the name on cards")
    logo_media_id: InForceSetting[str] = Field(description="an image of `/media`")

    @classmethod
    def of(cls, organization: Organization) -> "Effective":
        return cls.model_validate({name: _entry(organization.in_force, name) for name in Setting})


def own_settings(organization: Organization) -> OwnSettings:
    return OwnSettings.model_validate(organization.settings)


def _entry(settings: InForce, name: Setting) -> dict[str, object]:
    entry = settings[name]
    if not isinstance(entry, dict):
        raise TypeError(name)
    return {"value": entry["value"], "from_organization_id": entry["from"]}
