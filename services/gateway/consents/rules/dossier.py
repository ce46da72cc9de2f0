"""A person's file as they get it: one page to read, and the same as JSON."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from pydantic import JsonValue

Rows = Sequence[Mapping[str, JsonValue]]
Parts = Mapping[str, Mapping[str, Rows]]  # service -> kind -> rows

_TITLES: Final[Mapping[str, str]] = {
    "access_log": "Кто читал эти данные",
    "consents": "Согласия",
    "consent_evidence": "Как даны согласия",
    "contacts": "Контакты",
    "conversations": "Переписка в соцсетях",
    "credentials": "Пароль (хранится только отпечаток)",
    "grants": "Роли",
    "identifiers": "Аккаунты в соцсетях",
    "invitations": "Приглашения",
    "legal_holds": "Запреты на удаление",
    "memberships": "Членство в организациях",
    "messages_received": "Сообщения от вас",
    "messages_written": "Сообщения вам",
    "named_answers": "Ответы на опросы под именем",
    "notifications": "Уведомления",
    "people": "Основные сведения",
    "publications_authored": "Публикации от вашего имени",
    "registrations": "Регистрации на мероприятия",
    "request_messages": "Переписка по обращениям",
    "request_ratings": "Оценки помощи",
    "request_steps": "Действия с обращениями",
    "requests": "Обращения",
    "sessions": "Сеансы входа",
    "sign_in_names": "Имя входа",
    "status_changes": "История статуса",
}
_STYLE: Final = "body{font:16px/1.5 sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3rem;text-align:left;vertical-align:top}"
_PREFACE: Final = (
    "Здесь всё, что организация хранит о вас в системе. То же самое для программ — в файле data.json. "
    "Анонимные ответы на опросы ни с кем не связаны, поэтому их здесь нет. Вы можете попросить исправить "
    "или удалить эти данные."
)


def bundle(parts: Parts) -> bytes:
    """A zip with README.html and data.json; the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("README.html", page(parts)),
            ("data.json", json.dumps(parts, ensure_ascii=False, indent=2, sort_keys=True)),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def page(parts: Parts) -> str:
    """Plain tables, readable without a style sheet and aloud; whatever people wrote is escaped."""
    sections = "".join(
        _section(kind, rows) for service in sorted(parts) for kind, rows in sorted(parts[service].items()) if rows
    )
    return (
        f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Ваши данные</title><style>{_STYLE}</style>'
        f"</head><body><h1>Ваши данные</h1><p>{_PREFACE}</p>{sections}</body></html>"
    )


def _section(kind: str, rows: Rows) -> str:
    names = list(rows[0])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    lines = "".join(f"<tr>{''.join(f'<td>{_cell(row[name])}</td>' for name in names)}</tr>" for row in rows)
    return (
        f"<h2>{escape(_TITLES.get(kind, kind))}</h2><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _cell(value: JsonValue) -> str:
    if value is None:
        return "—"
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
