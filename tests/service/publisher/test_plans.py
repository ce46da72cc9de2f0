"""Plans that recur make a publication of their template for each of their days, once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

MOSCOW = ZoneInfo("Europe/Moscow")


def local(newsroom: Newsroom, **later: float) -> datetime:
    return (newsroom.kit.clock.now() + timedelta(**later)).astimezone(MOSCOW).replace(second=0, microsecond=0)


async def plan(newsroom: Newsroom, template: dict[str, Any], first: datetime, **more: object) -> dict[str, Any]:
    """Every week at that hour."""
    body = {
        "template_id": template["id"],
        "title": "Приём юриста",
        "repeat": "week",
        "weekday": first.isoweekday(),
        "local_time": first.strftime("%H:%M:%S"),
        "starts_on": str(first.date()),
        "days_ahead": 2,
        **more,
    }
    return answered(await newsroom.client.post("/v1/plans", json=body), 201)


async def occurrences(newsroom: Newsroom, made: dict[str, Any]) -> list[dict[str, Any]]:
    """The first day first."""
    return answered(await newsroom.client.get(f"/v1/plans/{made['id']}/occurrences"))["items"][::-1]


async def read(newsroom: Newsroom, made: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/plans/{made['id']}"))


async def change(newsroom: Newsroom, made: dict[str, Any], **body: object) -> dict[str, Any]:
    return answered(await newsroom.client.patch(f"/v1/plans/{made['id']}", json=body))


async def let_pass(newsroom: Newsroom, days: int) -> None:
    for _ in range(days):
        newsroom.kit.advance(days=1)
        await newsroom.drain()


async def test_a_draft_is_made_so_many_days_before_once_for_each_day(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    made = await plan(newsroom, await newsroom.draft(await newsroom.channel(), text="Юрист принимает в среду"), first)
    assert made["next_on"] == str(first.date())
    await newsroom.drain()
    assert await occurrences(newsroom, made) == []
    await let_pass(newsroom, 9)
    days = await occurrences(newsroom, made)
    assert [each["on_day"] for each in days] == [str(first.date() + timedelta(weeks=week)) for week in (0, 1)]
    assert {each["state"] for each in days} == {"drafted"}
    copy = await newsroom.read({"id": days[0]["publication_id"]})
    assert (copy["state"], copy["text"]) == ("draft", "Юрист принимает в среду")
    assert newsroom.networks[Network.TELEGRAM].posts == []
    assert (await read(newsroom, made))["next_on"] == str(first.date() + timedelta(weeks=2))


async def test_what_goes_out_by_itself_goes_out_at_its_hour(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    template = await newsroom.draft(await newsroom.channel())
    made = await plan(newsroom, template, first, is_scheduled=True, ends_on=str(first.date()))
    await let_pass(newsroom, 1)
    (day,) = await occurrences(newsroom, made)
    assert day["state"] == "scheduled"
    planned = await newsroom.read({"id": day["publication_id"]})
    assert datetime.fromisoformat(planned["plan"]["at"]) == first
    await let_pass(newsroom, 10)
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1
    assert (await read(newsroom, made))["next_on"] is None


async def test_on_the_day_itself_it_goes_out_at_once(newsroom: Newsroom) -> None:
    first = local(newsroom, days=1)
    await plan(newsroom, await newsroom.draft(await newsroom.channel()), first, is_scheduled=True, days_ahead=0)
    newsroom.kit.advance(hours=23)
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].posts == []
    newsroom.kit.advance(hours=1)
    await newsroom.drain()
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_a_worker_that_stood_still_makes_up_for_nothing_that_is_over(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    template = await newsroom.draft(await newsroom.channel())
    made = await plan(newsroom, template, first, is_scheduled=True)
    newsroom.kit.advance(
        days=10, hours=23
    )  # less than a day after the second, at whatever second other tests left the clock
    await newsroom.drain()
    days = await occurrences(newsroom, made)
    assert [each["state"] for each in days] == ["missed", "scheduled"]
    assert days[0]["reason"]["code"] == "plan.too_late"
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1
    assert (await read(newsroom, made))["next_on"] == str(first.date() + timedelta(weeks=2))


async def test_a_day_that_is_skipped_and_days_of_a_pause_have_nothing(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    made = await plan(newsroom, await newsroom.draft(await newsroom.channel()), first)
    skip = f"/v1/plans/{made['id']}/skip"
    skipped = answered(await newsroom.client.post(skip, json={"on_day": str(first.date())}))
    assert skipped["next_on"] == str(first.date() + timedelta(weeks=1))
    for wrong in (first.date(), first.date() + timedelta(days=1), first.date() - timedelta(weeks=1)):
        refused(await newsroom.client.post(skip, json={"on_day": str(wrong)}), 422, "plan.no_occurrence")
    assert (await change(newsroom, made, paused=True))["paused"]
    await let_pass(newsroom, 12)  # the second day has passed
    assert [each["state"] for each in await occurrences(newsroom, made)] == ["skipped"]
    resumed = await change(newsroom, made, paused=False)
    assert resumed["next_on"] == str(first.date() + timedelta(weeks=2))
    await let_pass(newsroom, 5)
    assert [each["state"] for each in await occurrences(newsroom, made)] == ["skipped", "drafted"]


async def test_a_plan_made_after_its_hour_begins_with_the_next_day(newsroom: Newsroom) -> None:
    first = local(newsroom, hours=-1)
    made = await plan(newsroom, await newsroom.draft(await newsroom.channel()), first, is_scheduled=True, days_ahead=0)
    assert date.fromisoformat(made["next_on"]) > first.date()
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].posts == []


async def test_what_needs_somebodys_leave_stays_a_draft_and_says_so(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    made = await plan(newsroom, await newsroom.draft(await newsroom.channel()), first, is_scheduled=True)
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        policy = {"review_levels": ["own"], "carrying": "carry", "answer_hours": 24}
        answered(await chair.put(f"/v1/editorial_policies/{newsroom.tenant.root}", json=policy))
    await let_pass(newsroom, 2)
    (day,) = await occurrences(newsroom, made)
    assert (day["state"], day["reason"]["code"]) == ("drafted", "publication.not_approved")
    assert (await newsroom.read({"id": day["publication_id"]}))["state"] == "draft"


async def test_a_template_that_got_a_channel_of_others_is_not_sent_there(newsroom: Newsroom) -> None:
    """The plan was let publish in the channels of then."""
    part = await newsroom.kit.new_organization(newsroom.tenant)
    first = local(newsroom, days=3)
    own, others = await newsroom.channel(), await newsroom.channel(organization_id=str(part))
    template = await newsroom.draft(own)
    made = await plan(newsroom, template, first, is_scheduled=True)
    body = {"organization_id": str(part), "kind": "news", "text": "Новость", "channel_ids": [others["id"]]}
    below = answered(await newsroom.client.post("/v1/publications", json=body), 201)
    of_part = await plan(newsroom, below, first, is_scheduled=True)
    answered(await newsroom.client.patch(f"/v1/publications/{below['id']}", json={"channel_ids": [own["id"]]}))
    await let_pass(newsroom, 4)
    assert [each["state"] for each in await occurrences(newsroom, made)] == ["scheduled"]
    (day,) = await occurrences(newsroom, of_part)
    assert (day["state"], day["publication_id"]) == ("missed", None)
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_plans_are_listed_changed_and_ended(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    made = await plan(newsroom, await newsroom.draft(await newsroom.channel()), first)
    listed = answered(await newsroom.client.get("/v1/plans", params={"organization_id": str(newsroom.tenant.root)}))
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    (entry, *_) = answered(await newsroom.client.get("/v1/calendar"))["plans"]
    assert (entry["plan_id"], datetime.fromisoformat(entry["at"])) == (made["id"], first)
    ended = await change(newsroom, made, ends_on=str(first.date()), title="Приём")
    assert (ended["title"], ended["ends_on"], ended["version"]) == ("Приём", str(first.date()), 2)
    assert len(answered(await newsroom.client.get("/v1/calendar"))["plans"]) == 1
    stale = await newsroom.client.patch(f"/v1/plans/{made['id']}", json={"paused": True}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    assert (await newsroom.client.delete(f"/v1/plans/{made['id']}")).status_code == 204
    await let_pass(newsroom, 3)
    assert len(answered(await newsroom.client.get("/v1/publications"))["items"]) == 1  # the template


async def test_what_cannot_be_is_refused(newsroom: Newsroom) -> None:
    first = local(newsroom, days=3)
    template = await newsroom.draft(await newsroom.channel())
    body = {"title": "Приём", "repeat": "week", "local_time": "10:00:00", "starts_on": str(first.date())}
    wrong = {**body, "template_id": template["id"]}
    refused(await newsroom.client.post("/v1/plans", json=wrong), 422, "plan.bad_rule")
    nobody = {**body, "template_id": ABSENT, "weekday": 1}
    assert (await newsroom.client.post("/v1/plans", json=nobody)).status_code == 404
    far = {**body, "template_id": template["id"], "weekday": 1, "starts_on": "9999-12-31"}
    assert (await newsroom.client.post("/v1/plans", json=far)).status_code == 422


async def test_a_partners_plan_names_nobody_and_a_test_key_makes_none(newsroom: Newsroom) -> None:
    first = local(newsroom, days=1)
    author = await newsroom.kit.new_person(newsroom.tenant)
    template = await newsroom.draft(await newsroom.channel(), author_id=str(author))
    scopes = frozenset({Permission.PUBLISH, Permission.SEE_PUBLICATIONS})
    key = ApiKey(new_id(), new_id(), newsroom.tenant.root, scopes)
    caller = Caller(CallerKind.PARTNER, newsroom.tenant.id, position=newsroom.tenant.position, key=key)
    async with newsroom.kit.client(caller) as partner:
        made = await plan(replace(newsroom, client=partner), template, first)
    async with newsroom.kit.client(replace(caller, key=replace(key, test=True))) as partner:
        address = f"/v1/plans/{made['id']}"
        refused(await partner.patch(address, json={"is_scheduled": True}), 403, "partner.test_key")
    await newsroom.drain()
    (day,) = await occurrences(newsroom, made)
    assert (await newsroom.read(template))["author_id"] == str(author)
    assert (await newsroom.read({"id": day["publication_id"]}))["author_id"] is None


async def test_who_may_change_a_template_speaks_through_no_other_branchs_channel(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    mine, others = await kit.new_organization(tenant), await kit.new_organization(tenant)
    first = local(newsroom, days=2)
    channel = await newsroom.channel(organization_id=str(others))
    template = await newsroom.draft(channel, organization_id=str(mine))
    made = await plan(newsroom, template, first, is_scheduled=True)
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, mine)) as officer:
        answered(await officer.patch(f"/v1/publications/{template['id']}", json={"text": "Собрания не будет"}))
    await let_pass(newsroom, 3)
    assert newsroom.networks[Network.TELEGRAM].posts == []
    (day,) = await occurrences(newsroom, made)
    assert (day["state"], day["reason"]["code"]) == ("drafted", "plan.channels_elsewhere")
    answered(await newsroom.client.post(f"/v1/publications/{day['publication_id']}/publish"))
