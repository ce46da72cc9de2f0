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
_BEARER: Final = '-H "authorization: Bearer $TOKEN"'
_SHOW: Final = "python3 -m json.tool --no-ensure-ascii"


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
    reply = {"text": "Ночные часы оплачиваются не менее чем на 20% выше: статья 154 ТК РФ."}
    publication = {
        "organization_id": stage.city,
        "kind": "news",
        "text": "Первая новость, отправленная из командной строки",
        "channel_ids": [channel.id for channel in stage.channels.values()],
    }
    yield (
        "a member writes in Telegram",
        [f"{_post(f'{stage.stand_ins.address}/control/inbound/messages', message)} > /dev/null; sleep 1"],
    )
    newest = f'curl -s "{api}/requests?source=telegram&limit=1" {_BEARER}'
    yield (
        "the dispatcher signs in, sees the newest request and answers it: the answer is in the member's chat",
        [
            _sign_in(api, DISPATCHER),
            f"{newest} | {_SHOW}",
            _keep("REQUEST", newest, '["items"][0]["id"]'),
            f"{_post(f'{api}/requests/$REQUEST/reply', reply)} {_BEARER} | {_SHOW}",
        ],
    )
    yield (
        "the information officer writes a post and sends it to all three networks",
        [
            _sign_in(api, INFORMATION_OFFICER),
            _keep("POST", f"{_post(f'{api}/publications', publication)} {_BEARER}", '["id"]'),
            f'curl -s -X POST "{api}/publications/$POST/publish" {_BEARER} > /dev/null; sleep 1',
            f'curl -s "{api}/publications/$POST/deliveries" {_BEARER} | {_SHOW}',
        ],
    )


def _sign_in(api: str, sign_in_name: str) -> str:
    login = _post(f"{api}/auth/login", {"sign_in_name": sign_in_name, "password": PASSWORD})
    return _keep("TOKEN", login, '["access_token"]')


def _post(address: str, body: Mapping[str, object]) -> str:
    said = quote(json.dumps(body, ensure_ascii=False))
    return f"curl -s \"{address}\" -H 'content-type: application/json' -d {said}"


def _keep(variable: str, command: str, place: str) -> str:
    """Keep one value of the JSON that `command` prints; `place` as Python writes it."""
    return f"{variable}=$({command} | python3 -c 'import json, sys; print(json.load(sys.stdin){place})')"
