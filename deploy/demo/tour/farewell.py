"""How to go on: addresses, sign-ins, and lines to paste into a shell."""

import json
from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Final

from deploy.demo.tour.stage import Stage
from deploy.demo.union import (
    ADMINISTRATOR,
    CITY,
    DISPATCHER,
    INFORMATION_OFFICER,
    LAWYER,
    LIBRARIES,
    LIBRARIES_CHAIR,
    PASSWORD,
)

_SIGN_INS: Final = (
    (ADMINISTRATOR, "administrator", CITY),
    (INFORMATION_OFFICER, "information officer", CITY),
    (DISPATCHER, "dispatcher", CITY),
    (LAWYER, "lawyer", CITY),
    (LIBRARIES_CHAIR, "chair", LIBRARIES),
    ("member02@demo ... member50@demo", "members", LIBRARIES),
)


def say_farewell(stage: Stage) -> None:
    tell = stage.tell
    tell.chapter("Go on by yourself")
    tell.table(("sign-in name", "role", "of"), _SIGN_INS)
    tell.say(f"   The password of all of them: {PASSWORD}")
    for comment, commands in command_lines(stage):
        tell.comment(comment)
        for command in commands:
            tell.line(command)
    tell.say("")


def command_lines(stage: Stage) -> Iterator[tuple[str, list[str]]]:
    """What each paragraph does, and its lines for a POSIX shell with curl and python3."""
    api = f"{stage.address}/v1"
    telegram = stage.channels["telegram"]
    message = {
        "network": "telegram",
        "account_id": telegram.community.account_id,
        "person_id": stage.member,
        "text": "А за ночную смену сколько положено?",
    }
    publication = {
        "organization_id": stage.city,
        "kind": "news",
        "text": "Первая новость, отправленная из командной строки",
        "channel_ids": [channel.id for channel in stage.channels.values()],
    }
    yield (
        "a member writes in Telegram",
        [f"{_post(f'{stage.stand_ins.address}/control/inbound/messages', message)} > /dev/null"],
    )
    yield (
        "the dispatcher signs in and sees the requests, the newest first",
        [
            _token(api, DISPATCHER),
            f'curl -s "{api}/requests?limit=3" {_BEARER} | python3 -m json.tool --no-ensure-ascii',
        ],
    )
    yield (
        "the information officer writes a post and sends it to all three networks",
        [
            _token(api, INFORMATION_OFFICER),
            f"POST=$({_post(f'{api}/publications', publication)} {_BEARER} | {_take('id')})",
            f'curl -s -X POST "{api}/publications/$POST/publish" {_BEARER} > /dev/null',
            f'curl -s "{api}/publications/$POST/deliveries" {_BEARER} | python3 -m json.tool --no-ensure-ascii',
        ],
    )


_BEARER: Final = '-H "authorization: Bearer $TOKEN"'


def _token(api: str, sign_in_name: str) -> str:
    login = _post(f"{api}/auth/login", {"sign_in_name": sign_in_name, "password": PASSWORD})
    return f"TOKEN=$({login} | {_take('access_token')})"


def _post(address: str, body: Mapping[str, object]) -> str:
    said = quote(json.dumps(body, ensure_ascii=False))
    return f"curl -s {address} -H 'content-type: application/json' -d {said}"


def _take(name: str) -> str:
    """One field of the answer that is piped in."""
    return f"""python3 -c 'import json, sys; print(json.load(sys.stdin)["{name}"])'"""
