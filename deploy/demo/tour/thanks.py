"""What the world answers to a post: it comes home with the time that it took, and with whose voice it is."""

from typing import Any, Final

from deploy.demo.tour.stage import Stage
from deploy.stand_ins import TITLES
from deploy.until import until

_PRESS_SERVICE: Final = ("Пресс-служба", "завода", "demo_press_service")
_THANKS: Final = "Спасибо профсоюзу за тёплые слова! Передали каждому цеху."
_PASSED_ON: Final = "Нас поздравили"
_READERS: Final = (
    ("telegram", "Павел", "Громов", "demo_reader_t", "Отработал там двадцать лет. С праздником, родные!"),
    ("max", "Ольга", "Ветрова", "demo_reader_m", "Поздравляем! Отличная открытка."),
)
_ANSWERS: Final = 4


async def play_thanks(stage: Stage, path: str) -> None:
    """`path` of a publication that is out in VK, Telegram and MAX."""
    stand_ins, vk = stage.stand_ins, stage.channels["vk"].community
    press_service = await stand_ins.person("vk", *_PRESS_SERVICE)
    await stand_ins.comment(vk, press_service, _THANKS)
    await stand_ins.repost(vk, press_service, _PASSED_ON)
    for network, first_name, last_name, username, words in _READERS:
        reader = await stand_ins.person(network, first_name, last_name, username)
        await stand_ins.comment(stage.channels[network].community, reader, words)
    await until(lambda: stage.officer.all(f"{path}/reactions"), lambda found: len(found) >= _ANSWERS)
    await _say_who_it_is(stage, path)
    found = await stage.officer.all(f"{path}/reactions")
    stage.tell.step("The world answers, and each answer comes home; the officer said once whose account the first is:")
    stage.tell.table(
        ("network", "what", "whose voice", "tone", "after"),
        [
            (TITLES[one["network"]], one["kind"], one["author_type"], one["tone"], f"{one['seconds_after']} s")
            for one in sorted(found, key=lambda one: one["author_type"])
        ],
    )


async def _say_who_it_is(stage: Stage, path: str) -> None:
    """Holds for all that the account says, before and from now on."""
    thanks: Any = next(one for one in await stage.officer.all(f"{path}/reactions") if one["text"] == _THANKS)
    if thanks["author_type"] != "enterprise":
        judged = await stage.officer.call(
            "PATCH", f"{path}/reactions/{thanks['id']}", json={"author_type": "enterprise"}
        )
        judged.raise_for_status()
