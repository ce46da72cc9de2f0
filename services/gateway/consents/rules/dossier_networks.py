"""What a person's file calls what passed between them and the union in the networks, and what they said there of it."""

from collections.abc import Mapping
from typing import Final

from services.gateway.consents.rules import dossier_values as values
from services.gateway.consents.rules.dossier_columns import Column, Form, Kind

_TEXT: Final = Column("Текст")
_AT: Final = Column("Когда", Form.MOMENT)
_IN_PUBLIC: Final = {"network": Column("Где", values=values.NETWORKS), "text": _TEXT, "url": Column("Адрес")}

IN_NETWORKS: Final[Mapping[str, Kind]] = {
    "conversations": Kind(
        "Переписка в соцсетях",
        {
            "created_at": Column("Начата", Form.MOMENT),
            "display_name": Column("Ваше имя в сети"),
            "external_user_id": Column("Номер аккаунта"),
        },
    ),
    "messages_received": Kind(
        "Сообщения от вас",
        {
            "received_at": _AT,
            "subject": Column("Тема письма"),
            "text": _TEXT,
            "original": Column("Письмо целиком"),
        },
    ),
    "messages_written": Kind(
        "Сообщения вам", {"created_at": _AT, "text": _TEXT, "state": Column("Доставка", values=values.SENDING)}
    ),
    "answers_given": Kind(
        "Ваши комментарии и репосты", {"at": _AT, "kind": Column("Что", values=values.ANSWERS), **_IN_PUBLIC}
    ),
    "mentions_written": Kind(
        "Что вы писали о профсоюзе у себя", {"published_at": _AT, "title": Column("Заголовок"), **_IN_PUBLIC}
    ),
    "campaign_entries": Kind("Что вы писали под хештегом акции", {"said_at": _AT, **_IN_PUBLIC}),
}
