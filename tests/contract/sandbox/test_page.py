"""What the public sees: the page's data, its pictures, and that nothing on it is ever markup of a stranger."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.sandbox.page.routes import STATIC
from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Stand, parsed, png

MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>"


async def view(stand: Stand) -> dict[str, JsonObject]:
    networks = as_list(parsed(await stand.client.get("/page/view"))["networks"])
    return {str(as_object(n)["name"]): as_object(n) for n in networks}


async def test_posts_answers_and_reactions_are_shown(stand: Stand) -> None:
    await stand.telegram("sendPhoto", {"photo": png(90, 60)}, chat_id="@union", caption="Юбилей парка")
    await stand.at_community("comments", "telegram", text="Поздравляем!")
    await stand.at_community("reposts", "telegram", text="Спасибо")
    await stand.write("telegram", "Помогите")
    shown = (await view(stand))["telegram"]
    community = as_object(as_list(shown["communities"])[0])
    post = as_object(as_list(community["posts"])[0])
    picture = as_object(as_list(post["pictures"])[0])
    assert (post["text"], community["followers"]) == ("Юбилей парка", 1200)
    assert (picture["alt"], picture["width"]) == ("Изображение к записи «Юбилей парка»", 90)
    assert (await stand.client.get(str(picture["url"]))).content == png(90, 60)
    assert [as_object(c)["who"] for c in as_list(post["comments"])] == ["Анна Серова"]
    assert [as_object(r)["text"] for r in as_list(post["reposts"])] == ["Спасибо"]
    line = as_object(as_list(as_object(as_list(shown["dialogs"])[0])["lines"])[0])
    assert (line["text"], line["mine"]) == ("Помогите", True)


async def test_an_album_is_one_post_on_the_page(stand: Stand) -> None:
    media = [{"type": "photo", "media": f"attach://{i}"} for i in "ab"]
    await stand.telegram("sendMediaGroup", {"a": png(), "b": png()}, chat_id="@union", media=media)
    posts = as_list(as_object(as_list((await view(stand))["telegram"]["communities"])[0])["posts"])
    assert [len(as_list(as_object(post)["pictures"])) for post in posts] == [2]


async def test_markup_stays_text(stand: Stand) -> None:
    await stand.vk("wall.post", owner_id=-stand.community("vk"), from_group=1, message=MARKUP)
    answer = await stand.client.get("/page/view")
    assert answer.headers["content-type"] == "application/json"
    community = as_object(as_list((await view(stand))["vk"]["communities"])[0])
    assert as_object(as_list(community["posts"])[0])["text"] == MARKUP
    for script in STATIC.glob("*.js"):
        code = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", code), script.name


@pytest.mark.parametrize("path", ["/", *(f"/static/{each.name}" for each in sorted(STATIC.glob("*.[cj]s*")))])
async def test_the_page_loads_nothing_from_elsewhere(stand: Stand, path: str) -> None:
    answer = await stand.client.get(path)
    assert answer.status_code == 200
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//""", answer.text)


async def test_every_place_that_the_script_fills_is_on_the_page(stand: Stand) -> None:
    page = (await stand.client.get("/")).text
    scripts = "".join(script.read_text(encoding="utf-8") for script in STATIC.glob("*.js"))
    places = re.findall(r'getElementById\("(\w+)"\)', scripts)
    assert {"networks", "jumps", "composer"} <= set(places) <= set(re.findall(r'id="(\w+)"', page))


async def test_a_browser_can_name_what_it_acts_on(stand: Stand) -> None:
    """Numbers of MAX are longer than those that JavaScript keeps exactly: the page hands them on as texts."""
    await stand.write("max", "Помогите")
    dialog = as_object(as_list((await view(stand))["max"]["dialogs"])[0])
    line = as_object(as_list(dialog["lines"])[0])
    assert int(str(line["number"])) > 2**53
    assert all(isinstance(named, str) for named in (line["number"], dialog["account_id"], dialog["person_id"]))


async def test_the_page_forbids_itself_everything_else(stand: Stand) -> None:
    answer = await stand.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert '<html lang="ru">' in answer.text


async def test_an_uploaded_file_is_served_as_the_image_that_it_is(stand: Stand) -> None:
    assert (await stand.client.get("/pictures/vk/absent")).status_code == 404
    await stand.telegram("sendPhoto", {"photo": png()}, chat_id="@union")
    picture = str(as_list((await stand.seen("/posts"))[0]["pictures"])[0])
    answer = await stand.client.get(f"/pictures/telegram/{picture}")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/png", "nosniff")


async def test_the_stream_tells_of_a_change(stand: Stand) -> None:
    async with stand.client.stream("GET", "/page/stream") as stream, asyncio.timeout(5):
        lines = stream.aiter_lines()
        first = await data(lines)
        await stand.write("max", "Новость")
        assert await data(lines) > first


async def data(lines: AsyncIterator[str]) -> int:
    async for line in lines:
        if line.startswith("data: "):
            return int(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


async def test_the_stand_ins_say_that_they_live(stand: Stand) -> None:
    answers: list[httpx.Response] = [await stand.client.get(f"/health/{kind}") for kind in ("live", "ready")]
    assert [answer.status_code for answer in answers] == [200, 200]
