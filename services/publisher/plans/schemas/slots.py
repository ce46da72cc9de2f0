"""Weekly slots as clients write and read them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.plans.tables import Slot
from shared.app import ApiModel, Moment, PageQuery, WallTime, example


class NewSlot(ApiModel):
    channel_id: UUID = Field(description="the channel that is to have a post then, from `/v1/channels`")
    weekday: int = Field(ge=1, le=7, description="1 Monday to 7 Sunday")
    local_time: WallTime = Field(description="to the minute, on the wall clock of the channel's organization")

    model_config = ApiModel.model_config | example(
        {"channel_id": "0190a6a0-0000-7000-8000-000000000003", "weekday": 3, "local_time": "10:30:00"}
    )


class SlotFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only slots of this organization's subtree")
    channel_id: UUID | None = Field(default=None, description="only slots of this channel")


class SlotView(ApiModel):
    id: UUID = Field(description="the slot's id")
    channel_id: UUID = Field(description="the channel that is to have a post then")
    organization_id: UUID = Field(description="whose channel it is")
    weekday: int = Field(description="1 Monday to 7 Sunday")
    local_time: WallTime = Field(description="on the wall clock of the organization")
    timezone: str = Field(description="the organization's IANA zone")
    next_free_at: datetime | None = Field(description="its next turn that nothing has; null when there is none")
    created_at: datetime = Field(description="since when it is kept")
    version: int = Field(description="the ETag")

    @classmethod
    def of(cls, slot: Slot, timezone: str, next_free_at: datetime | None) -> Self:
        own = slot.model_dump(include=set(cls.model_fields))
        return cls(**own, timezone=timezone, next_free_at=next_free_at)


class NextSlots(ApiModel):
    after: Moment | None = Field(default=None, description="only slots later than that; by default from now on")

    model_config = ApiModel.model_config | example({"after": "2028-10-02T00:00:00+03:00"})
