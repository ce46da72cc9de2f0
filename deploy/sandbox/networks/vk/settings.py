"""Which events a community's Callback server is sent."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

EVENTS = frozenset(
    [
        "message_new",
        "message_reply",
        "message_allow",
        "message_edit",
        "message_deny",
        "message_typing_state",
        "message_read",
        "photo_new",
        "audio_new",
        "video_new",
        "wall_reply_new",
        "wall_reply_edit",
        "wall_reply_delete",
        "wall_reply_restore",
        "wall_post_new",
        "wall_repost",
        "wall_schedule_post_new",
        "wall_schedule_post_delete",
        "board_post_new",
        "board_post_edit",
        "board_post_restore",
        "board_post_delete",
        "photo_comment_new",
        "photo_comment_edit",
        "photo_comment_delete",
        "photo_comment_restore",
        "video_comment_new",
        "video_comment_edit",
        "video_comment_delete",
        "video_comment_restore",
        "market_comment_new",
        "market_comment_edit",
        "market_comment_delete",
        "market_comment_restore",
        "market_order_new",
        "market_order_edit",
        "poll_vote_new",
        "group_join",
        "group_leave",
        "group_change_settings",
        "group_change_photo",
        "group_officers_edit",
        "user_block",
        "user_unblock",
        "lead_forms_new",
        "like_add",
        "like_remove",
        "message_event",
        "message_reaction_event",
        "donut_subscription_create",
        "donut_subscription_prolonged",
        "donut_subscription_cancelled",
        "donut_subscription_price_changed",
        "donut_subscription_expired",
        "donut_money_withdraw",
        "donut_money_withdraw_error",
    ]
)


class CallbackSettings(BaseModel):
    """`groups.setCallbackSettings`: a flag per event, beside the server and the version of its events."""

    model_config = ConfigDict(extra="allow", frozen=True)

    group_id: int = Field(ge=1)
    server_id: int
    api_version: str = "5.199"

    @model_validator(mode="after")
    def names_events(self) -> "CallbackSettings":
        for name, value in self._flags().items():
            if name not in EVENTS or value not in ("0", "1"):
                raise ValueError(f"{name} is invalid")
        if self.api_version != "5.199":
            raise ValueError("api_version is invalid")
        return self

    def chosen(self) -> dict[str, bool]:
        return {name: value == "1" for name, value in self._flags().items()}

    def _flags(self) -> dict[str, object]:
        return dict(self.model_extra or {})
