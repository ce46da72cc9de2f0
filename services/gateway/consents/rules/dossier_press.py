"""What a person's file calls what is kept of them as somebody outside: who leads an enterprise, or writes for a newspaper."""

from collections.abc import Mapping
from typing import Final

from services.gateway.consents.rules import dossier_values as values
from services.gateway.consents.rules.dossier_columns import Column, Form, Kind

_EMAIL: Final = Column("Электронная почта")
_PHONE: Final = Column("Телефон")

OUTSIDE: Final[Mapping[str, Kind]] = {
    "enterprises_led": Kind(
        "Предприятия, которыми вы руководите",
        {
            "name": Column("Предприятие"),
            "head_name": Column("Имя"),
            "head_position": Column("Должность"),
            "head_email": _EMAIL,
        },
    ),
    "enterprises_spoken_for": Kind(
        "Предприятия, от имени которых вы говорите",
        {"name": Column("Предприятие"), "press_name": Column("Имя"), "press_email": _EMAIL, "press_phone": _PHONE},
    ),
    "accounts_of_authors": Kind(
        "Ваши аккаунты, о которых сказано, от чьего имени они говорят",
        {
            "network": Column("Сеть", values=values.NETWORKS),
            "external_id": Column("Номер аккаунта"),
            "author_type": Column("От чьего имени", values=values.AUTHORS),
        },
    ),
    "press_contacts": Kind(
        "Вы в списке рассылки",
        {
            "created_at": Column("С какого дня", Form.MOMENT),
            "kind": Column("Кто", values=values.CONTACTS_OF_PRESS),
            "name": Column("Имя"),
            "position": Column("Должность"),
            "outlet": Column("Издание или ведомство"),
            "email": _EMAIL,
            "phone": _PHONE,
            "basis": Column("Почему можно писать", values=values.CONTACT_GROUNDS),
            "state": Column("Рассылка", values=values.CONTACT_STATES),
        },
    ),
    "release_letters": Kind(
        "Письма с новостями профсоюза",
        {
            "sent_at": Column("Отправлено", Form.MOMENT),
            "email": _EMAIL,
            "state": Column("Доставка", values=values.SENDING),
            "opened_at": Column("Открыто", Form.MOMENT),
        },
    ),
}
