"""Short links: made for those who publish, followed by everyone, counted by day and by place."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import text

from services.publisher.channels.tables import Channel
from services.publisher.links.actions.making import short_url, with_short_links
from services.publisher.links.actions.places import Spot
from services.publisher.links.rules.codes import tenant_code
from services.publisher.links.rules.targets import TargetKind
from services.publisher.links.rules.texts import MOST_SHORTENED
from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.contracts.gateway import TenantStateChanged
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
HOME = "https://vmeste.test/feeds"  # the installation's own


async def host(newsroom: Newsroom, name: str = "union.test", organization_id: UUID | None = None) -> dict[str, Any]:
    body = {"organization_id": str(organization_id or newsroom.tenant.root), "host": name}
    return answered(await newsroom.client.post("/v1/link_hosts", json=body), 201)


async def link(newsroom: Newsroom, target: str = HOME, **more: object) -> dict[str, Any]:
    body = {"organization_id": str(newsroom.tenant.root), "target": target, **more}
    return answered(await newsroom.client.post("/v1/links", json=body), 201)


async def place(newsroom: Newsroom, made: dict[str, Any], **where: object) -> dict[str, Any]:
    return answered(await newsroom.client.post(f"/v1/links/{made['id']}/places", json=where), 201)


async def follow(newsroom: Newsroom, url: str, headers: dict[str, str] | None = None) -> tuple[int, str | None]:
    async with newsroom.kit.client() as anybody:
        response = await anybody.get(urlsplit(url).path, headers=BROWSER if headers is None else headers)
    assert "set-cookie" not in response.headers
    return response.status_code, response.headers.get("location")


async def clicks(newsroom: Newsroom, made: dict[str, Any], **period: str) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/links/{made['id']}/clicks", params=period))


async def test_a_link_is_followed_and_counted_where_it_was_shown(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.VK)
    made = await link(newsroom, campaign="jubilee-2026")
    in_channel = await place(newsroom, made, channel_id=channel["id"])
    on_sheet = await place(newsroom, made, sheet="Стенд у проходной")
    tail = "utm_medium={}&utm_campaign=jubilee-2026"
    assert await follow(newsroom, in_channel["url"]) == (302, f"{HOME}?utm_source=vk&{tail.format('social')}")
    assert await follow(newsroom, on_sheet["url"].upper().replace("/L/", "/l/")) == (
        302,
        f"{HOME}?utm_source=sheet&{tail.format('print')}",
    )
    assert await follow(newsroom, on_sheet["url"]) == (302, f"{HOME}?utm_source=sheet&{tail.format('print')}")
    newsroom.kit.advance(days=1)
    assert await follow(newsroom, made["url"]) == (302, f"{HOME}?utm_source=direct&{tail.format('link')}")
    shown = await clicks(newsroom, made)
    assert [(one["kind"], one["name"], one["clicks"]) for one in shown["places"]] == [
        ("sheet", "Стенд у проходной", 2),
        ("direct", "", 1),
        ("channel", "", 1),
    ]
    assert (shown["clicks"], len(shown["days"])) == (4, 30)
    assert [one["clicks"] for one in shown["days"][-3:]] == [0, 3, 1]
    only = await clicks(newsroom, made, place_id=in_channel["id"])
    assert (only["clicks"], len(only["places"])) == (1, 1)


async def test_a_day_is_the_organizations_own(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    now = newsroom.kit.clock.now()
    newsroom.kit.advance(hours=(20 - now.hour) % 24, minutes=30 - now.minute)  # before midnight in Moscow by UTC
    await follow(newsroom, made["url"])
    first = newsroom.kit.clock.now().date()
    newsroom.kit.advance(hours=1)  # the next day in Moscow, the same by UTC
    await follow(newsroom, made["url"])
    shown = await clicks(newsroom, made, since=first.isoformat())
    assert shown["since"] == first.isoformat()
    assert [one["clicks"] for one in shown["days"]] == [1, 1]


async def test_nothing_of_who_clicked_is_kept(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    await follow(newsroom, made["url"], {"user-agent": "Canary/1.0", "x-forwarded-for": "203.0.113.77"})
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        rows = (await context.store.execute(text("SELECT to_jsonb(c)::text FROM publisher.link_clicks AS c"))).scalars()
        (row,) = rows
    assert "Canary" not in row
    assert "203.0.113.77" not in row


async def test_what_only_draws_a_preview_is_not_counted(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    assert await follow(newsroom, made["url"], {"user-agent": "TelegramBot (like TwitterBot)"}) == (302, HOME)
    assert await follow(newsroom, made["url"], {**BROWSER, "sec-purpose": "prefetch"}) == (302, HOME)
    assert (await clicks(newsroom, made))["clicks"] == 0


async def test_many_at_once_are_counted_each(newsroom: Newsroom) -> None:
    one, other = await link(newsroom), await link(newsroom, HOME + "/other")
    asked = [one["url"]] * 60 + [other["url"]] * 30 + [one["url"][:-7] + "zzzzzzz"] * 5
    found = Counter(await asyncio.gather(*(follow(newsroom, url) for url in asked)))
    assert found == {(302, HOME): 60, (302, HOME + "/other"): 30, (404, None): 5}
    assert ((await clicks(newsroom, one))["clicks"], (await clicks(newsroom, other))["clicks"]) == (60, 30)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "javascript:alert(1)",
        "https://own.test@evil.test",
        "https://vmeste.test\\.evil.test/",
        "https://vmeste.test:444/",
        "http://vmeste.test/",
    ],
)
async def test_a_link_leads_to_own_hosts_alone(newsroom: Newsroom, target: str) -> None:
    made = await link(newsroom)
    body = {"organization_id": str(newsroom.tenant.root), "target": target}
    refused(await newsroom.client.post("/v1/links", json=body), 422, "link.unsafe_target")
    changed = await newsroom.client.patch(f"/v1/links/{made['id']}", json={"target": target})
    assert "evil" not in refused(changed, 422, "link.unsafe_target")["title"]
    assert await follow(newsroom, made["url"]) == (302, HOME)


async def test_a_host_counts_for_its_organization_and_below(newsroom: Newsroom) -> None:
    """Another branch's host is as foreign as anybody's."""
    tenant, client = newsroom.tenant, newsroom.client
    branch, other = await newsroom.kit.new_organization(tenant), await newsroom.kit.new_organization(tenant)
    await host(newsroom, "branch.test", branch)
    assert (await host(newsroom, "Профсоюз.РФ"))["host"].startswith("xn--")
    for organization, target, status in (
        (branch, "https://branch.test/", 201),
        (branch, "https://профсоюз.рф/", 201),
        (other, "https://branch.test/", 422),
        (tenant.root, "https://branch.test/", 422),
    ):
        body = {"organization_id": str(organization), "target": target}
        assert (await client.post("/v1/links", json=body)).status_code == status, (organization, target)
    async with newsroom.kit.client(tenant.caller(Role.INFORMATION_OFFICER, other)) as neighbour:
        body = {"organization_id": str(branch), "target": "https://branch.test/"}
        refused(await neighbour.post("/v1/links", json=body), 404, "not_found")
        assert answered(await neighbour.get("/v1/link_hosts"))["items"] == []


async def test_who_registers_the_same_host_again_gets_the_same(newsroom: Newsroom) -> None:
    assert await host(newsroom) == await host(newsroom, "UNION.test")
    assert len(answered(await newsroom.client.get("/v1/link_hosts"))["items"]) == 1
    body = {"organization_id": str(newsroom.tenant.root), "host": "10.0.0.1"}
    refused(await newsroom.client.post("/v1/link_hosts", json=body), 422, "link_host.not_a_host")


async def test_a_host_that_is_taken_away_takes_its_links_along(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    of_union = await host(newsroom)
    await host(newsroom, organization_id=branch)
    gone = await link(newsroom, "https://union.test/a")
    other = await link(newsroom)
    stays = await link(newsroom, "https://union.test/a", organization_id=str(branch))
    answered_none = await newsroom.client.delete(f"/v1/link_hosts/{of_union['id']}")
    assert answered_none.status_code == 204
    assert await follow(newsroom, gone["url"]) == (410, None)
    assert await follow(newsroom, other["url"]) == (302, HOME)
    assert await follow(newsroom, stays["url"]) == (302, "https://union.test/a")


async def test_a_link_is_changed_ended_and_over(newsroom: Newsroom) -> None:
    made = await link(newsroom, title="Лента")
    address = f"/v1/links/{made['id']}"
    stale = {"if-match": '"7"'}
    refused(await newsroom.client.patch(address, json={"title": "x"}, headers=stale), 412, "stale")
    changed = answered(
        await newsroom.client.patch(address, json={"target": HOME + "/new"}, headers={"if-match": '"1"'})
    )
    assert (changed["version"], changed["title"], changed["url"]) == (2, "Лента", made["url"])
    assert await follow(newsroom, made["url"]) == (302, HOME + "/new")
    refused(await newsroom.client.post(f"{address}/end", headers=stale), 412, "stale")
    assert answered(await newsroom.client.post(f"{address}/end"))["state"] == "ended"
    assert await follow(newsroom, made["url"]) == (410, None)
    refused(await newsroom.client.post(f"{address}/end"), 409, "link.wrong_state")
    refused(await newsroom.client.patch(address, json={"title": "x"}), 409, "link.wrong_state")
    refused(await newsroom.client.post(f"{address}/places", json={"sheet": "x"}), 409, "link.wrong_state")
    assert (await clicks(newsroom, made))["clicks"] == 1


async def test_a_place_has_one_code(newsroom: Newsroom) -> None:
    made, channel = await link(newsroom), await newsroom.channel()
    address = f"/v1/links/{made['id']}/places"
    await place(newsroom, made, channel_id=channel["id"])
    await place(newsroom, made, sheet="Стенд")
    for again in ({"channel_id": channel["id"]}, {"sheet": "СТЕНД"}):
        refused(await newsroom.client.post(address, json=again), 409, "link.place_exists")
    for wrong in ({}, {"channel_id": channel["id"], "sheet": "Стенд"}):
        refused(await newsroom.client.post(address, json=wrong), 422, "invalid")
    refused(await newsroom.client.post(address, json={"channel_id": ABSENT}), 404, "not_found")
    first = answered(await newsroom.client.get(address, params={"limit": 2}))
    rest = answered(await newsroom.client.get(address, params={"after": first["next"]}))
    assert [one["kind"] for one in first["items"] + rest["items"]] == ["direct", "channel", "sheet"]


async def test_a_code_that_is_taken_is_drawn_again(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = (await link(newsroom))["url"][-7:]
    codes = iter([taken, taken, "abcdefg", *[taken] * 99])

    def drawn(_: Callable[[int], int]) -> str:
        return next(codes)

    monkeypatch.setattr("services.publisher.links.actions.places.draw_code", drawn)
    assert (await link(newsroom))["url"].endswith("/abcdefg")
    body = {"organization_id": str(newsroom.tenant.root), "target": HOME}
    refused(await newsroom.client.post("/v1/links", json=body), 503, "link.no_code_free")
    assert len(answered(await newsroom.client.get("/v1/links"))["items"]) == 2


async def test_lists_are_filtered_and_leafed_through(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    first = await link(newsroom, kind="event")
    second = await link(newsroom, organization_id=str(branch))
    seen = answered(await newsroom.client.get("/v1/links", params={"limit": 1}))
    assert [one["id"] for one in seen["items"]] == [second["id"]]
    rest = answered(await newsroom.client.get("/v1/links", params={"limit": 1, "after": seen["next"]}))
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["id"]], None)
    for filters, found in (
        ({"kind": "event"}, [first["id"]]),
        ({"organization_id": str(branch)}, [second["id"]]),
        ({"about_id": ABSENT}, []),
    ):
        items = answered(await newsroom.client.get("/v1/links", params=filters))["items"]
        assert [one["id"] for one in items] == found


async def test_a_period_is_a_year_at_most(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    for since, until in (("2026-02-01", "2026-01-01"), ("2024-01-01", "2026-01-01"), ("0001-01-01", "9999-12-31")):
        response = await newsroom.client.get(f"/v1/links/{made['id']}/clicks", params={"since": since, "until": until})
        refused(response, 422, "invalid")
    assert len((await clicks(newsroom, made, until="0001-01-03"))["days"]) == 3
    assert len((await clicks(newsroom, made, since="2024-01-01", until="2024-12-31"))["days"]) == 366


async def test_clicks_are_drawn(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    await follow(newsroom, made["url"])
    for language, title in (("ru", "Переходы по ссылке по дням"), ("en", "Clicks by day")):
        drawn = await newsroom.client.get(f"/v1/links/{made['id']}/clicks.svg", headers={"accept-language": language})
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert title in drawn.text
        assert drawn.text.count("<rect") == 30


async def test_a_link_of_a_suspended_union_is_closed(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    told = TenantStateChanged(state="suspended", state_version=2)
    assert (await newsroom.kit.deliver(newsroom.tenant, told)).error is None
    assert (await follow(newsroom, made["url"]))[0] == 403


async def test_addresses_of_nothing_are_404(newsroom: Newsroom) -> None:
    made = await link(newsroom)
    code, other = made["url"][-7:], tenant_code(new_id())
    for path in (f"/l/{other}/{code}", f"/l/{ABSENT}/{code}", "/l/x/y", made["url"].replace(code, "1")):
        assert (await follow(newsroom, path))[0] == 404


async def test_rooms_get_the_same_address_each_time(newsroom: Newsroom) -> None:
    await host(newsroom)
    channel_id = UUID((await newsroom.channel(Network.VK))["id"])
    about = new_id()
    written = (
        "Запись: https://union.test/join?a=1, новости https://vmeste.test/feeds. "
        "Закон: https://law.example/1; ещё раз https://union.test/join?a=1!"
    )

    async def shortened() -> str:
        async with newsroom.kit.transaction(newsroom.tenant) as context:
            channel = await context.store.get(Channel, channel_id)
            return await with_short_links(
                context,
                written,
                organization_id=newsroom.tenant.root,
                kind=TargetKind.PUBLICATION,
                about_id=about,
                spot=Spot.channel(channel),
            )

    once = await shortened()
    assert once == await shortened()
    assert once.count("https://vmeste.test/l/") == 3
    assert "https://law.example/1;" in once
    assert "union.test" not in once
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        mailed = await short_url(
            context,
            organization_id=newsroom.tenant.root,
            kind=TargetKind.PUBLICATION,
            about_id=about,
            target="https://union.test/join?a=1",
            spot=Spot.mail(),
        )
    assert await follow(newsroom, mailed) == (302, "https://union.test/join?a=1")
    made = answered(await newsroom.client.get("/v1/links", params={"about_id": str(about)}))["items"]
    assert sorted(one["target"] for one in made) == ["https://union.test/join?a=1", HOME]
    joining = next(one for one in made if one["target"] != HOME)
    by_kind = {one["kind"]: one["clicks"] for one in (await clicks(newsroom, joining))["places"]}
    assert by_kind == {"channel": 0, "direct": 0, "mail": 1}


async def test_of_a_text_of_nothing_but_addresses_some_are_made_short(newsroom: Newsroom) -> None:
    await host(newsroom)
    written = " ".join(f"https://union.test/{number}" for number in range(MOST_SHORTENED * 3))
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        mailed = await with_short_links(
            context,
            written,
            organization_id=newsroom.tenant.root,
            kind=TargetKind.RELEASE,
            about_id=new_id(),
            spot=Spot.mail(),
        )
    assert mailed.count("https://vmeste.test/l/") == MOST_SHORTENED
    assert mailed.endswith(f" https://union.test/{MOST_SHORTENED * 3 - 1}")
