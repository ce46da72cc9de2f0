"""What a person's file calls what is held of them: chapters in the order of reading, kinds of rows, columns.

A column stands in a kind's table or is TECHNICAL (data.json alone has it); a test sees to it that none is neither.
"""

from collections.abc import Mapping
from typing import Final

from services.gateway.consents.rules import dossier_values as values
from services.gateway.consents.rules.dossier_columns import Column, Form, Kind
from services.gateway.consents.rules.dossier_greetings import GREETED
from services.gateway.consents.rules.dossier_networks import IN_NETWORKS
from services.gateway.consents.rules.dossier_press import OUTSIDE
from services.gateway.consents.rules.dossier_publications import PUBLISHED
from services.gateway.consents.rules.dossier_values import Values

TECHNICAL: Final = frozenset(
    {
        "id",
        "birth_day_consent_id",
        "channel_id",
        "contact_id",
        "conversation_id",
        "event_id",
        "in_force",
        "merged_id",
        "name_key",
        "parent_id",
        "publication_id",
        "reader_id",
        "requested_by",
        "resolution",
        "survey_id",
        "survivor_id",
        "text_hash",
    }
)
"""Keys, hashes, numbers that mean something to programs alone."""

NAMED_BY: Final[Mapping[str, str]] = {"organizations": "name", "requests": "number", "notifications": "title"}
"""In which column a row of a kind says what a person calls it: wherever its id stands, that is shown."""

NOT_TOLD: Final = frozenset({"organizations"})
"""Kinds that are in the file for their names alone."""


def _moment(heading: str) -> Column:
    return Column(heading, Form.MOMENT)


def _one_of(heading: str, words: Values) -> Column:
    return Column(heading, values=words)


_ORGANIZATION: Final = Column("Организация", Form.NAME)
_REQUEST: Final = Column("Номер обращения", Form.NAME)
_TEXT: Final = Column("Текст")
_GOOD_UNTIL: Final = _moment("Действует до")

_WHO: Final[Mapping[str, Kind]] = {
    "people": Kind(
        "Основные сведения",
        {
            "family_name": Column("Фамилия"),
            "given_name": Column("Имя"),
            "additional_name": Column("Отчество"),
            "birth_year": Column("Год рождения"),
            "birth_day": Column("День рождения", Form.DAY_OF_YEAR),
            "gender": _one_of("Пол", values.GENDERS),
            "status": _one_of("Статус", values.STATUSES),
            "membership_number": Column("Номер профсоюзного билета"),
            "joined_at": Column("В профсоюзе с", Form.DAY),
            "profession": Column("Профессия"),
            "workplace": Column("Место работы"),
        },
    ),
    "contacts": Kind(
        "Контакты",
        {
            "kind": _one_of("Вид", values.CONTACTS),
            "value": Column("Адрес или номер"),
            "verified_at": _moment("Подтверждён"),
        },
    ),
    "identifiers": Kind(
        "Аккаунты в соцсетях",
        {
            "network": _one_of("Сеть", values.NETWORKS),
            "external_id": Column("Номер аккаунта"),
            "proof": _one_of("Откуда известно", values.PROOFS),
        },
    ),
    "memberships": Kind(
        "Членство в организациях", {"organization_id": _ORGANIZATION, "since": Column("С какого дня", Form.DAY)}
    ),
    "status_changes": Kind(
        "История статуса",
        {
            "changed_at": _moment("Когда"),
            "before": _one_of("Было", values.STATUSES),
            "after": _one_of("Стало", values.STATUSES),
        },
    ),
    "grants": Kind(
        "Роли",
        {
            "role": _one_of("Роль", values.ROLES),
            "organization_id": _ORGANIZATION,
            "until": _GOOD_UNTIL,
        },
    ),
    "merges": Kind("Объединение карточек", {"merged_at": _moment("Когда две карточки признаны одним человеком")}),
}
_SAID: Final[Mapping[str, Kind]] = {
    "requests": Kind(
        "Обращения",
        {
            "number": Column("Номер"),
            "created_at": _moment("Когда"),
            "kind": _one_of("Вид", values.REQUEST_KINDS),
            "topic": Column("Тема"),
            "state": _one_of("Состояние", values.REQUEST_STATES),
            "source": _one_of("Откуда пришло", values.REQUEST_SOURCES),
            "requester_name": Column("Как вас записали"),
            "requester_phone": Column("Телефон"),
        },
    ),
    "request_messages": Kind(
        "Переписка по обращениям",
        {
            "request_id": _REQUEST,
            "said_at": _moment("Когда"),
            "direction": _one_of("Чьё сообщение", values.DIRECTIONS),
            "text": _TEXT,
        },
    ),
    "request_ratings": Kind(
        "Оценки помощи",
        {
            "request_id": _REQUEST,
            "rated_at": _moment("Когда"),
            "score": Column("Оценка"),
            "comment": Column("Что вы добавили"),
        },
    ),
    "request_steps": Kind(
        "Что вы делали с обращениями",
        {
            "request_id": _REQUEST,
            "at": _moment("Когда"),
            "action": _one_of("Действие", values.REQUEST_ACTIONS),
        },
    ),
    "registrations": Kind(
        "Регистрации на мероприятия",
        {
            "number": Column("Номер"),
            "registered_at": _moment("Когда"),
            "state": _one_of("Состояние", values.REGISTRATION_STATES),
            "name": Column("Имя"),
            "email": Column("Электронная почта"),
            "phone": Column("Телефон"),
            "cancelled_at": _moment("Отменена"),
        },
    ),
    "named_answers": Kind(
        "Ответы на опросы под именем", {"answered_at": _moment("Когда"), "answers": Column("Ответы")}
    ),
    **IN_NETWORKS,
    **PUBLISHED,
    **OUTSIDE,
    "invitations": Kind(
        "Приглашения: ваши и то, по которому вы пришли",
        {
            "kind": _one_of("Куда", values.INVITATIONS),
            "sent_at": _moment("Отправлено"),
            "joined_at": _moment("По нему пришли"),
            "consent_text": Column("С чем согласился приглашённый"),
        },
    ),
}
_CONSENTS: Final[Mapping[str, Kind]] = {
    "consents": Kind(
        "Согласия на обработку данных",
        {
            "happened_at": _moment("Когда"),
            "purpose": _one_of("Для чего", values.PURPOSES),
            "step": _one_of("Что сделано", values.CONSENT_STEPS),
            "way": _one_of("Как", values.CONSENT_WAYS),
        },
    ),
    "consent_evidence": Kind("Чем согласия подтверждены", {"sealed": Column("Запись")}),
}
_SIGN_IN: Final[Mapping[str, Kind]] = {
    "sign_in_names": Kind("Имя для входа", {"name": Column("Имя")}),
    "credentials": Kind("Пароль (хранится только отпечаток)", {}),
    "sessions": Kind(
        "Сеансы входа",
        {
            "device": Column("Устройство"),
            "started_on": Column("Начат", Form.DAY),
            "expires_on": Column("Действует до", Form.DAY),
            "ended_on": Column("Закончен", Form.DAY),
            "ending": _one_of("Почему закончен", values.SESSION_ENDS),
        },
    ),
    "sign_in_codes": Kind("Коды для входа", {"mailed_to": Column("Куда отправлен"), "expires_at": _GOOD_UNTIL}),
    "contact_codes": Kind("Коды для подтверждения контактов", {"expires_at": _GOOD_UNTIL}),
    "link_codes": Kind("Коды для привязки аккаунтов", {"expires_at": _GOOD_UNTIL, "used_at": _moment("Использован")}),
    "vk_authorizations": Kind("Начатые входы через VK ID", {"expires_at": _GOOD_UNTIL}),
    "notifications": Kind(
        "Уведомления",
        {
            "occurred_at": _moment("Когда"),
            "kind": _one_of("Вид", values.NOTIFICATION_KINDS),
            "title": Column("Заголовок"),
            "read_at": _moment("Прочитано"),
        },
    ),
    "notification_tellings": Kind(
        "Как уведомления отправлялись",
        {
            "notification_id": Column("Уведомление", Form.NAME),
            "way": _one_of("Как", values.NOTIFICATION_WAYS),
            "state": _one_of("Доставка", values.SENDING),
            "began_at": _moment("Когда"),
        },
    ),
    "notification_settings": Kind(
        "Настройки уведомлений",
        {
            "ways": _one_of("О чём и как сообщать", {**values.NOTIFICATION_KINDS, **values.NOTIFICATION_WAYS}),
            "quiet_from": Column("Не беспокоить с", Form.CLOCK),
            "quiet_until": Column("Не беспокоить до", Form.CLOCK),
            "most_a_day": Column("Не больше в день"),
            "language": _one_of("Язык", values.LANGUAGES),
        },
    ),
    "notification_opt_outs": Kind(
        "От каких уведомлений вы отказались",
        {
            "kind": _one_of("Вид", values.NOTIFICATION_KINDS),
            "way": _one_of("Как приходили", values.NOTIFICATION_WAYS),
        },
    ),
}
_WATCHED: Final[Mapping[str, Kind]] = {
    "legal_holds": Kind(
        "Запреты на удаление",
        {
            "reason": Column("Причина"),
            "created_at": _moment("Когда"),
            "until": Column("По какой день", Form.DAY),
            "lifted_at": _moment("Снят"),
        },
    ),
    "subject_exports": Kind("Когда собирали такой файл", {"created_at": _moment("Когда")}),
    "access_log": Kind(
        "Кто читал эти данные",
        {
            "read_at": _moment("Когда"),
            "reader_kind": _one_of("Кто", values.READERS),
            "service": _one_of("Где", values.SERVICES),
            "operation": Column("Что смотрели", Form.OPERATION),
        },
    ),
}

CHAPTERS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "Кто вы": _WHO,
    "Что вы говорили, спрашивали и делали": _SAID,
    "Как вас поздравляли": GREETED,
    "Ваши согласия": _CONSENTS,
    "Вход и уведомления": _SIGN_IN,
    "Хранение данных и кто их читал": _WATCHED,
}
