"""What a person's file calls the values of the tables: states, kinds, ways. A value that is not here is shown as it is."""

from collections.abc import Mapping
from typing import Final

Values = Mapping[str, str]

STATUSES: Final[Values] = {
    "prospective": "Собирается вступить",
    "member": "Член профсоюза",
    "former": "Бывший член профсоюза",
}
GENDERS: Final[Values] = {"female": "Женский", "male": "Мужской"}
CONTACTS: Final[Values] = {"email": "Электронная почта", "phone": "Телефон"}
NETWORKS: Final[Values] = {
    "vk": "ВКонтакте",
    "telegram": "Telegram",
    "max": "MAX",
    "ok": "Одноклассники",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "feed": "Лента новостей",
    "email": "Электронная почта",
}
PROOFS: Final[Values] = {
    "staff": "Записал сотрудник",
    "network": "Подтвердила сама сеть",
    "link_code": "Подтверждён кодом",
}
ROLES: Final[Values] = {
    "chair": "Председатель",
    "information_officer": "Информационный работник",
    "lawyer": "Юрист",
    "dispatcher": "Диспетчер обращений",
    "analyst": "Аналитик",
    "member": "Член профсоюза",
    "auditor": "Аудитор",
    "administrator": "Администратор",
}
INVITATIONS: Final[Values] = {"membership": "В профсоюз", "community": "В сообщество"}
SESSION_ENDS: Final[Values] = {
    "logged_out": "Вы вышли",
    "revoked": "Закрыт с другого устройства",
    "reused": "Закрыт: ключ входа предъявили дважды",
    "password_changed": "Сменён пароль",
}

PURPOSES: Final[Values] = {
    "membership": "Учёт членов профсоюза",
    "distribution": "Публикация имени и изображения",
    "greetings": "Поздравления с днём рождения",
    "messages": "Новости по почте и в мессенджерах",
    "requests": "Рассмотрение обращений",
    "surveys": "Ответы на опросы под именем",
    "events": "Регистрация на мероприятия",
}
CONSENT_WAYS: Final[Values] = {
    "paper": "На бумаге",
    "web": "На сайте",
    "messenger": "В мессенджере",
    "phone": "По телефону",
    "in_person": "Лично",
}
CONSENT_STEPS: Final[Values] = {"given": "Дано", "withdrawn": "Отозвано"}

REQUEST_KINDS: Final[Values] = {
    "legal": "Правовая помощь",
    "informational": "Вопрос",
    "complaint": "Жалоба",
    "suggestion": "Предложение",
    "comment": "Замечание",
}
REQUEST_SOURCES: Final[Values] = {**NETWORKS, "phone": "По телефону", "in_person": "Лично"}
REQUEST_STATES: Final[Values] = {
    "new": "Новое",
    "open": "В работе",
    "waiting": "Ждёт ответа обратившегося",
    "on_hold": "Ждёт третьей стороны",
    "resolved": "Решено",
    "closed": "Закрыто",
}
REQUEST_ACTIONS: Final[Values] = {
    "create": "Принято",
    "receive": "Пришло новое сообщение",
    "assign": "Поручено",
    "reply": "Дан ответ",
    "wait": "Ожидание обратившегося",
    "hold": "Ожидание третьей стороны",
    "resolve": "Решено",
    "reopen": "Возобновлено",
    "close": "Закрыто",
    "invite_rating": "Взята ссылка для оценки",
}
DIRECTIONS: Final[Values] = {"inbound": "От вас", "outbound": "Вам", "note": "Заметка сотрудников"}
REGISTRATION_STATES: Final[Values] = {
    "confirmed": "Место подтверждено",
    "waiting": "В очереди",
    "cancelled": "Отменена",
}
AUTHORS: Final[Values] = {
    "media": "СМИ",
    "authority": "Органы власти",
    "enterprise": "Предприятие",
    "organization": "Организация",
    "person": "От своего имени",
}
CONTACTS_OF_PRESS: Final[Values] = {
    "media": "СМИ",
    "authority": "Органы власти",
    "enterprise_head": "Руководитель предприятия",
}
CONTACT_GROUNDS: Final[Values] = {
    "published": "Адрес опубликован для связи",
    "consent": "Вы согласились",
    "agreement": "По договору",
}
CONTACT_STATES: Final[Values] = {
    "active": "Письма приходят",
    "opted_out": "Вы от писем отказались",
    "undeliverable": "Адрес не принимает писем",
}
ANSWERS: Final[Values] = {"comment": "Комментарий", "repost": "Репост"}
REVIEWS: Final[Values] = {
    "submitted": "Отправлено на согласование",
    "approved": "Согласовано",
    "returned": "Возвращено",
    "recalled": "Отозвано из-за правки",
    "corrected": "Исправлено после выхода",
}
PUBLICATION_KINDS: Final[Values] = {
    "news": "Новость",
    "achievement": "Достижение",
    "law_change": "Изменение в законе",
    "event": "Мероприятие",
    "consultation": "Консультация",
    "greeting": "Поздравление",
    "campaign": "Акция",
    "guide": "Памятка",
    "result": "Итоги",
}
SENDING: Final[Values] = {
    "pending": "Ждёт отправки",
    "waiting": "Ждёт отправки",
    "held": "Придёт утром вместе с другими",
    "sending": "Отправляется",
    "sent": "Отправлено",
    "retrying": "Будет отправлено ещё раз",
    "rejected": "Адресат не принял",
    "failed": "Отправить не удалось",
    "unknown": "Неизвестно, дошло ли",
    "dropped": "Не отправлялось",
    "withdrawn": "Отозвано",
}

NOTIFICATION_WAYS: Final[Values] = {"client": "в приложении", "mail": "по почте", "messenger": "в мессенджере"}
NOTIFICATION_KINDS: Final[Values] = {
    "all": "Все уведомления",
    "other": "Прочее",
    "channel_needs_reauthorization": "Каналу нужны новые ключи доступа",
    "delivery_unknown": "Неизвестно, вышла ли публикация",
    "publication_failed": "Публикация не вышла",
    "publication_review": "Публикация ждёт согласования",
    "publication_returned": "Публикация вернулась",
    "webhook_disabled": "Рассылка партнёру отключена",
    "incident_deadline": "Подходит срок по инциденту с данными",
    "request_assigned": "Мне поручено обращение",
    "request_deadline": "Подходит срок ответа на обращение",
    "request_resolved": "Моё обращение решено",
    "survey_opened": "Меня приглашают в опрос",
    "survey_closing": "Опрос скоро закроется",
    "registration_confirmed": "Моё место на мероприятии подтверждено",
}
LANGUAGES: Final[Values] = {"ru": "Русский", "en": "Английский"}

READERS: Final[Values] = {
    "person": "Человек: сотрудник или вы сами",
    "partner": "Программа партнёра",
    "operator": "Администратор платформы",
}
SERVICES: Final[Values] = {
    "gateway": "Учёт людей и доступ",
    "publisher": "Публикации и переписка",
    "requests": "Обращения",
    "surveys": "Опросы и мероприятия",
}

# An operation's name is what it is about and what is done: `request_messages_list`. The longest beginning counts.
_ABOUT: Final[Values] = {
    "consents": "Согласия",
    "event_registrations": "Регистрации на мероприятие",
    "people": "Карточка человека",
    "people_duplicates": "Поиск двойников",
    "people_history": "История статуса",
    "request": "Обращения",
    "request_history": "Ход обращения",
    "request_messages": "Переписка по обращению",
    "request_ratings": "Оценка помощи",
    "requests": "Обращения",
    "subject_exports": "Файл со всеми данными",
    "subjects": "Файл со всеми данными",
    "survey_responses": "Ответы на опрос",
}
_DONE: Final[Values] = {
    "assign": "поручение",
    "cancel": "отмена",
    "close": "закрытие",
    "create": "запись",
    "download": "получение",
    "erase": "удаление",
    "export": "подготовка",
    "list": "список",
    "note": "заметка",
    "read": "просмотр",
    "reopen": "возобновление",
    "reply": "ответ",
    "resolve": "решение",
    "update": "изменение",
    "withdraw": "отзыв",
}


def operation_in_words(operation: str) -> str:
    """`requests_read` is «Обращения: просмотр»; what is about nothing known stays as it is."""
    words = operation.split("_")
    for length in range(len(words), 0, -1):
        about = _ABOUT.get("_".join(words[:length]))
        if about is not None:
            return f"{about}: {_DONE.get(words[-1], 'работа')}" if length < len(words) else about
    return operation
