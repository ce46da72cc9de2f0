"""An enterprise's jubilee: a card to every network, one of which refuses at first; and what comes back."""

from typing import Any, Final

from deploy.demo.tour.stage import Stage
from deploy.demo.tour.thanks import play_thanks
from deploy.until import until

_ENTERPRISES: Final = (  # each tour congratulates the next one
    ("Завод «Северный свет»", 75, "Три четверти века завод держит город в тепле и свете."),
    ("Типография «Заря»", 60, "Шестьдесят лет городские новости пахнут вашей краской."),
    ("Трамвайное депо № 3", 90, "Девяносто лет вы приводите город домой вовремя."),
    ("Комбинат «Школьное питание»", 50, "Полвека дети в школах едят горячее благодаря вам."),
)
_SETTLED: Final = frozenset({"published", "partially_published", "failed", "unconfirmed"})


async def play_jubilee(stage: Stage) -> None:
    tell, officer = stage.tell, stage.officer
    tell.chapter("A jubilee card goes to every network")
    enterprise, years, greeting = await _next_enterprise(stage)
    card = await officer.post(
        "/cards",
        {
            "organization_id": stage.city,
            "enterprise": enterprise,
            "years": years,
            "greeting": f"{greeting} Спасибо каждому, кто трудился и трудится здесь!",
            "signed_by": {"union": "Профсоюз муниципальных работников", "person": "Ирина Соколова"},
        },
    )
    picture = next(picture for picture in card["pictures"] if picture["size"] == "post")
    alt_text = (await officer.get(f"/media/{picture['media_id']}"))["alt_text"]
    tell.step(f"The information officer drew a card for {enterprise}; its alt text:", quote=alt_text)

    draft = await officer.post(
        "/publications",
        {
            "organization_id": stage.city,
            "kind": "greeting",
            "title": f"Юбилей: {enterprise}",
            "text": f"{enterprise}: {years} лет! {greeting} Поздравляем весь коллектив.",
            "media_ids": [picture["media_id"]],
            "channel_ids": [channel.id for channel in stage.channels.values()],
        },
    )
    path = f"/publications/{draft['id']}"
    await _publish(stage, path)
    await play_thanks(stage, path)


async def _next_enterprise(stage: Stage) -> tuple[str, int, str]:
    greeted = len(await stage.officer.all("/cards", organization_id=stage.city))
    return _ENTERPRISES[greeted % len(_ENTERPRISES)]


async def _publish(stage: Stage, path: str) -> None:
    tell, officer = stage.tell, stage.officer
    vk = stage.channels["vk"]
    fault = await stage.stand_ins.fault("refuse", vk.community, method="wall.post", for_seconds=60)
    try:
        await officer.post(f"{path}/publish")
        state = (await _settled(stage, path))["state"]
    finally:
        await stage.stand_ins.clear(fault)
    deliveries = await officer.all(f"{path}/deliveries")
    tell.trouble(f"VK was made to refuse, the others got it once. The publication is `{state}`:")
    _show(stage, deliveries)

    for delivery in deliveries:
        if delivery["state"] == "rejected":
            await officer.post(f"{path}/deliveries/{delivery['id']}/retry")
    state = (await _settled(stage, path))["state"]
    tell.step(f"VK lets us in again, the officer retries what failed, and only that. Now it is `{state}`:")
    _show(stage, await officer.all(f"{path}/deliveries"))
    tell.look(f"{stage.stand_ins.address}/   what the public sees")
    tell.look(f"{stage.address}/v1{path}/deliveries   every attempt, for the information officer")


async def _settled(stage: Stage, path: str) -> Any:
    return await until(lambda: stage.officer.get(path), lambda shown: shown["state"] in _SETTLED)


def _show(stage: Stage, deliveries: list[Any]) -> None:
    titles = stage.titles()
    stage.tell.table(
        ("network", "delivery", "tries", "what the network says"),
        [
            (
                titles[delivery["channel_id"]],
                delivery["state"],
                str(len(delivery["attempts"])),
                delivery["url"] or (delivery["reason"] or {"text": {"ru": ""}})["text"]["ru"],
            )
            for delivery in deliveries
        ],
    )
