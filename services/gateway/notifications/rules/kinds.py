"""The kinds of notifications and the ways they go: the one catalogue, from which settings are shown and texts are made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.errors import FieldError, Invalid, Text


class Way(StrEnum):
    """How somebody is told.

    `client`: listed for the person's client, which hears of it by the stream; `mail`: to their proven address;
    `messenger`: into the chat with a linked account.
    """

    CLIENT = "client"
    MAIL = "mail"
    MESSENGER = "messenger"


@dataclass(frozen=True)
class Kind:
    """One kind. `ways` are those by which its readers are told unless they chose otherwise.

    Of staff's work members hear once they chose it. What is for members goes to anybody by those of the ways that they
    are found by: nobody's list says that their mail failed who never proved an address.
    """

    name: str
    title: Text
    ways: frozenset[Way]
    for_members: bool = False


EVERYTHING: Final = "all"  # what a link under a digest ends: every kind, by one way
OTHER: Final = "other"  # what a newer service tells of, before this catalogue knows it
_USUAL: Final = frozenset({Way.CLIENT, Way.MAIL})
_ALL_WAYS: Final = frozenset(Way)


def _of_publications() -> tuple[Kind, ...]:
    return (
        Kind(
            "channel_needs_reauthorization",
            {"ru": "Каналу нужны новые ключи доступа", "en": "A channel needs new credentials"},
            _ALL_WAYS,
        ),
        Kind(
            "delivery_unknown",
            {"ru": "Неизвестно, вышла ли публикация", "en": "It is not known whether a post came out"},
            _ALL_WAYS,
        ),
        Kind("publication_failed", {"ru": "Публикация не вышла", "en": "A publication did not come out"}, _USUAL),
        Kind("publication_review", {"ru": "Публикация ждёт согласования", "en": "A publication waits for me"}, _USUAL),
        Kind("publication_returned", {"ru": "Публикация вернулась", "en": "A publication came back"}, _USUAL),
    )


def _catalogue() -> Mapping[str, Kind]:
    kinds = (
        *_of_publications(),
        Kind(
            "webhook_disabled", {"ru": "Рассылка партнёру отключена", "en": "A partner's webhook was disabled"}, _USUAL
        ),
        Kind(
            "incident_deadline",
            {"ru": "Подходит срок по инциденту с данными", "en": "A data incident's term is near"},
            _ALL_WAYS,
        ),
        Kind("request_assigned", {"ru": "Мне поручено обращение", "en": "A request was assigned to me"}, _USUAL),
        Kind(
            "request_deadline",
            {"ru": "Подходит срок ответа на обращение", "en": "A request's first answer is nearly due"},
            _USUAL,
        ),
        Kind(
            "request_resolved",
            {"ru": "Моё обращение решено", "en": "My request was resolved"},
            _ALL_WAYS,
            for_members=True,
        ),
        Kind("survey_opened", {"ru": "Меня приглашают в опрос", "en": "A survey asks me"}, _ALL_WAYS, for_members=True),
        Kind(
            "survey_closing",
            {"ru": "Опрос скоро закроется", "en": "A survey that asks me closes soon"},
            _ALL_WAYS,
            for_members=True,
        ),
        Kind(
            "registration_confirmed",
            {"ru": "Моё место на мероприятии подтверждено", "en": "My seat at an event is confirmed"},
            _ALL_WAYS,
            for_members=True,
        ),
        Kind(OTHER, {"ru": "Прочее", "en": "Other"}, _USUAL),
    )
    return {kind.name: kind for kind in kinds}


KINDS: Final = _catalogue()

Chosen = Mapping[str, Collection[str]]  # by kind: the ways that the person wants, instead of the usual ones


class UnknownKind(Invalid):
    code = "notification.unknown_kind"
    title = {"ru": "Такого вида уведомлений нет", "en": "There is no such kind of notification"}


def kind_named(name: str) -> Kind:
    return KINDS.get(name, KINDS[OTHER])


def check_kinds(names: Collection[str]) -> None:
    """Raises UnknownKind."""
    if not set(names) <= KINDS.keys():
        raise UnknownKind(errors=(FieldError("/ways", UnknownKind.code, UnknownKind.title),))


def ways_of(kind: Kind, chosen: Chosen, *, is_staff: bool, found_by: frozenset[Way] = _ALL_WAYS) -> frozenset[Way]:
    """By which ways a person is told: as they chose; else as usual, which depends on whether they work for the union."""
    own = chosen.get(kind.name)
    ways = kind.ways if own is None else frozenset(Way(way) for way in own)
    if kind.for_members:
        return ways & found_by
    return ways if is_staff or own is not None else frozenset()


def without(way: Way, kind: str, chosen: Chosen, *, is_staff: bool) -> dict[str, list[str]]:
    """What is chosen once `kind` (or everything) no longer comes by `way`, however many ways lead to the person later."""
    ended = KINDS.values() if kind == EVERYTHING else [kind_named(kind)]
    left: dict[str, list[str]] = {name: list(ways) for name, ways in chosen.items()}
    for each in ended:
        came = ways_of(each, chosen, is_staff=is_staff)
        if way in came:
            left[each.name] = sorted(came - {way})
    return left
