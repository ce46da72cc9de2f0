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
    """What each paragraph does, and its lines for a POSIX shell with curl and python3, to be pasted in this order."""
    yield "first, once in a shell: the address and four short words", _words(f"{stage.address}/v1")
    yield from _question(stage)
    yield from _post(stage)


def _words(api: str) -> list[str]:
    sign_in = r"{\"sign_in_name\": \"$1\", \"password\": \"PASSWORD\"}".replace("PASSWORD", PASSWORD)
    return [
        f"API={api}",
        """json() { python3 -c "import json,sys; a=json.load(sys.stdin); print(a$1 if 'code' not in a else a)"; }""",
        """post() { curl -s -H 'content-type: application/json' "$@"; }""",
        f"""sign_in() {{ post $API/auth/login -d "{sign_in}" | json "['access_token']"; }}""",
        """ask() { post -H "authorization: Bearer $TOKEN" "$@"; }""",
    ]


def _question(stage: Stage) -> Iterator[tuple[str, list[str]]]:
    inbound = f"{stage.stand_ins.address}/control/inbound"
    chat = {
        "network": "telegram",
        "account_id": stage.channels["telegram"].community.account_id,
        "person_id": stage.member,
    }
    question = _said({**chat, "text": "А за ночную смену сколько положено?"})
    reply = _said({"text": "Ночные часы оплачиваются не менее чем на 20% выше: статья 154 ТК РФ."})
    yield (
        "a member writes in Telegram",
        [f"post {inbound}/messages -d {question} > /dev/null; sleep 1"],
    )
    yield (
        "the dispatcher signs in, sees the newest request and answers it: the answer is in the member's chat",
        [
            f"TOKEN=$(sign_in {DISPATCHER})",
            "REQUEST=$(ask \"$API/requests?source=telegram&limit=1\" | json \"['items'][0]['id']\")",
            f"ask $API/requests/$REQUEST | {_SHOW}",
            f"ask $API/requests/$REQUEST/reply -d {reply} | {_SHOW}",
        ],
    )
    yield (
        "it is resolved, the member presses a button under the union's message, and the rating is there",
        [
            "ask -X POST $API/requests/$REQUEST/resolve | json \"['state']\"; sleep 2",
            f"post {inbound}/presses -d {_said({**chat, 'button': '5'})} > /dev/null; sleep 1",
            f"ask $API/requests/$REQUEST/rating | {_SHOW}",
        ],
    )


def _post(stage: Stage) -> Iterator[tuple[str, list[str]]]:
    publication = {
        "organization_id": stage.city,
        "kind": "news",
        "text": "Первая новость, отправленная из командной строки",
        "channel_ids": [channel.id for channel in stage.channels.values()],
    }
    yield (
        "the information officer writes a post and sends it to every network",
        [
            f"TOKEN=$(sign_in {INFORMATION_OFFICER})",
            f"POST=$(ask $API/publications -d {_said(publication)} | json \"['id']\")",
            "ask -X POST $API/publications/$POST/publish | json \"['state']\"; sleep 1",
            f"ask $API/publications/$POST/deliveries | {_SHOW}",
        ],
    )


def _said(body: Mapping[str, object]) -> str:
    return quote(json.dumps(body, ensure_ascii=False))
