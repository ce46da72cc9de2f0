"""What can go wrong, as one tree. Rules and actions raise it; `shared.app` renders it as RFC 9457.

Problem
    Unauthenticated   401  who are you?
        TokenOver     401  sign in again
    Forbidden         403  seen, but not allowed
    NotFound          404  not there, or not yours to see: never told apart
    Conflict          409  the state says no
    Gone              410  over
    Stale             412  somebody changed it since you read it
    TooLarge          413
    Invalid           422  the request itself is wrong
    TooMany           429
    Unavailable       503  come back later
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

Text = Mapping[str, str]  # {"ru": ..., "en": ...}


@dataclass(frozen=True)
class FieldError:
    """One wrong field. `pointer` is a JSON pointer into the body, or `?name` for a query parameter."""

    pointer: str
    code: str
    detail: Text


class BrokenRule(ValueError):
    """What a validator of a field or of a whole body raises: the answer says `detail` under `code`.

    A validator of a whole body names the `field` to mend; what is said of a field by itself has its pointer already.
    """

    def __init__(self, code: str, detail: Text, *, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.field = field


class Problem(Exception):
    """An answer that is not a success. Subclasses name `code`, `status` and `title` in both languages.

    `code` is stable and dotted (`survey.already_answered`): clients branch on it. Nothing of the input is echoed.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = {"ru": "Внутренняя ошибка", "en": "Internal error"}
    sample_detail: ClassVar[Text | None] = None  # for the API document, of this very class: where a detail is usual
    sample_errors: ClassVar[tuple[FieldError, ...]] = ()

    def __init__(
        self,
        detail: Text | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        """`detail` says what to do about it; `retry_after` is in seconds and becomes a header."""
        super().__init__(self.code)
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


class Unauthenticated(Problem):
    code = "unauthenticated"
    status = 401
    title = {"ru": "Вход не выполнен", "en": "Not signed in"}
    sample_detail = {
        "ru": "Войдите через /v1/auth/login и передайте Authorization: Bearer <access_token>",
        "en": "Sign in at /v1/auth/login and send Authorization: Bearer <access_token>",
    }


class TokenOver(Unauthenticated):
    """A token was sent, and it is not (or no longer) good. Says what to do, never what was wrong with it."""

    def __init__(self) -> None:
        super().__init__(
            {
                "ru": "Токен не подходит или истёк: обновите его через /v1/auth/refresh или войдите заново",
                "en": "The token is not good or has run out: refresh it at /v1/auth/refresh or sign in again",
            }
        )


class Forbidden(Problem):
    code = "forbidden"
    status = 403
    title = {"ru": "Недостаточно прав", "en": "Not allowed"}
    sample_detail = {"ru": "Нужно право `publish`", "en": "It needs `publish`"}


class NotFound(Problem):
    code = "not_found"
    status = 404
    title = {"ru": "Не найдено", "en": "Not found"}


class Conflict(Problem):
    code = "conflict"
    status = 409
    title = {"ru": "Состояние этого не допускает", "en": "The current state does not allow this"}


class Gone(Problem):
    code = "gone"
    status = 410
    title = {"ru": "Уже завершено", "en": "It is over"}


class Stale(Problem):
    code = "stale"
    status = 412
    title = {"ru": "Данные изменились, прочитайте их заново", "en": "It has changed, read it again"}


class TooLarge(Problem):
    code = "too_large"
    status = 413
    title = {"ru": "Слишком большой запрос", "en": "The request is too large"}


class Invalid(Problem):
    code = "invalid"
    status = 422
    title = {"ru": "Запрос заполнен неверно", "en": "The request is not valid"}
    sample_errors = (FieldError("/organization_id", "missing", {"ru": "Обязательное поле", "en": "Required"}),)


class TooMany(Problem):
    code = "too_many_requests"
    status = 429
    title = {"ru": "Слишком много запросов", "en": "Too many requests"}


class Unavailable(Problem):
    code = "unavailable"
    status = 503
    title = {"ru": "Временно недоступно", "en": "Temporarily unavailable"}
