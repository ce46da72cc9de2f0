"""Publications go out in the slots of their channels, one in each; what is missed is seen."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Rejected
from services.publisher.networks.reasons import reason
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

MOSCOW = ZoneInfo("Europe/Moscow")


def local(newsroom: Newsroom, **later: float) -> datetime:
    """On the union's wall clock, to the minute."""
    return (newsroom.kit.clock.now() + timedelta(**later)).astimezone(MOSCOW).replace(second=0, microsecond=0)


async def slot(newsroom: Newsroom, channel: dict[str, Any], at: datetime) -> dict[str, Any]:
    body = {"channel_id": channel["id"], "weekday": at.isoweekday(), "local_time": at.strftime("%H:%M:%S")}
    return answered(await newsroom.client.post("/v1/slots", json=body), 201)


async def into_slots(newsroom: Newsroom, publication: dict[str, Any], **body: str) -> dict[str, Any]:
    address = f"/v1/publications/{publication['id']}/schedule_in_slots"
    return answered(await newsroom.client.post(address, json=body))


async def calendar(newsroom: Newsroom, **asked: str) -> dict[str, Any]:
    return answered(await newsroom.client.get("/v1/calendar", params=asked))


def planned(publication: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(publication["plan"]["at"])


async def test_publications_take_one_free_slot_after_the_other(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    later, sooner = local(newsroom, days=3), local(newsroom, days=2)
    kept = await slot(newsroom, channel, later)
    await slot(newsroom, channel, sooner)
    assert datetime.fromisoformat(kept["next_free_at"]) == later
    drafts = [await newsroom.draft(channel) for _ in range(3)]
    taken = [planned(await into_slots(newsroom, draft)) for draft in drafts]
    assert taken == [sooner, later, sooner + timedelta(weeks=1)]
    again = await into_slots(newsroom, drafts[0])
    assert planned(again) == sooner  # its own slot is not in its way
    assert planned(await into_slots(newsroom, drafts[0], after=later.isoformat())) == later + timedelta(weeks=1)
    assert planned(await into_slots(newsroom, drafts[2])) == sooner  # which the first has let go


async def test_two_at_once_do_not_get_the_same_slot(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await slot(newsroom, channel, local(newsroom, days=2))
    drafts = [await newsroom.draft(channel) for _ in range(6)]
    found = await asyncio.gather(*(into_slots(newsroom, draft) for draft in drafts))
    assert len({planned(publication) for publication in found}) == len(drafts)


async def test_what_was_withdrawn_or_moved_lets_its_slot_go(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    at = local(newsroom, days=2)
    await slot(newsroom, channel, at)
    first, second, third = [await newsroom.draft(channel) for _ in range(3)]
    await into_slots(newsroom, first)
    answered(await newsroom.client.post(f"/v1/publications/{first['id']}/withdraw"))
    assert planned(await into_slots(newsroom, second)) == at
    elsewhere = {"local_time": local(newsroom, days=1).replace(tzinfo=None).isoformat()}
    answered(await newsroom.client.post(f"/v1/publications/{second['id']}/schedule", json=elsewhere))
    assert planned(await into_slots(newsroom, third)) == at


async def test_a_slot_whose_time_somebody_chose_by_hand_is_not_free(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    at = local(newsroom, days=2)
    kept = await slot(newsroom, channel, at)
    by_hand, draft = await newsroom.draft(channel), await newsroom.draft(channel)
    in_utc = {"local_time": at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat(), "timezone": "UTC"}
    answered(await newsroom.client.post(f"/v1/publications/{by_hand['id']}/schedule", json=in_utc))
    assert planned(await into_slots(newsroom, draft)) == at + timedelta(weeks=1)
    (taken,) = (await calendar(newsroom, until=str(local(newsroom, days=5).date())))["slots"]
    assert (taken["slot_id"], taken["state"], taken["publication_id"]) == (kept["id"], "taken", by_hand["id"])


async def test_each_channel_has_its_own_time(newsroom: Newsroom) -> None:
    telegram, vk = await newsroom.channel(), await newsroom.channel(Network.VK)
    first, second = local(newsroom, days=2), local(newsroom, days=4)
    await slot(newsroom, telegram, first)
    await slot(newsroom, vk, second)
    draft = await newsroom.draft(telegram, vk, kind="greeting")  # a day late is too late for it
    picture = await newsroom.picture()
    answered(await newsroom.client.patch(f"/v1/publications/{draft['id']}", json={"media_ids": [picture["id"]]}))
    scheduled = await into_slots(newsroom, draft)
    assert planned(scheduled) == first
    (entry,) = (await calendar(newsroom))["publications"]
    assert [datetime.fromisoformat(each["at"]) for each in entry["channels"]] == [first, second]

    newsroom.kit.advance(days=2, minutes=1)
    await newsroom.drain()
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1
    assert newsroom.networks[Network.VK].posts == []
    assert (await newsroom.read(draft))["state"] == "publishing"
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert len(newsroom.networks[Network.VK].posts) == 1
    assert (await newsroom.read(draft))["state"] == "published"


async def test_somebody_who_cannot_wait_sends_it_everywhere_at_once(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    at = local(newsroom, days=2)
    await slot(newsroom, channel, at)
    draft = await newsroom.draft(channel)
    await into_slots(newsroom, draft)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    assert (await newsroom.read(draft))["state"] == "published"
    (free,) = (await calendar(newsroom, until=str(local(newsroom, days=5).date())))["slots"]
    assert free["state"] == "free"


async def test_what_went_out_fills_its_slot_and_what_did_not_is_missed(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    days = [local(newsroom, days=day) for day in (1, 2, 3, 4)]
    for at in days:
        await slot(newsroom, channel, at)
    good, bad = await newsroom.draft(channel), await newsroom.draft(channel)
    await into_slots(newsroom, good)
    await into_slots(newsroom, bad)
    newsroom.kit.advance(days=1, minutes=1)
    await newsroom.drain()
    newsroom.networks[Network.TELEGRAM].outcomes.append(Rejected(reason("content_blocked")))
    newsroom.kit.advance(days=1)
    await newsroom.drain()
    newsroom.kit.advance(days=1)
    seen = await calendar(newsroom, since=str(days[0].date()), until=str(days[3].date()))
    assert [each["state"] for each in seen["slots"]] == ["taken", "missed", "missed", "free"]
    (cadence,) = answered(await newsroom.client.get("/v1/calendar/cadence?weeks=3"))["items"]
    assert (cadence["channel_id"], cadence["slots_a_week"], cadence["missed"]) == (channel["id"], 4, 2)
    assert sum(week["posts"] for week in cadence["weeks"]) == 1
    assert len(cadence["weeks"]) == 3


async def test_slots_are_read_ended_and_not_kept_twice(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    at = local(newsroom, days=2)
    kept = await slot(newsroom, channel, at)
    body = {"channel_id": channel["id"], "weekday": at.isoweekday(), "local_time": at.strftime("%H:%M:%S")}
    refused(await newsroom.client.post("/v1/slots", json=body), 409, "slot.exists")
    assert answered(await newsroom.client.get(f"/v1/slots/{kept['id']}"))["timezone"] == "Europe/Moscow"
    listed = answered(await newsroom.client.get("/v1/slots", params={"channel_id": channel["id"]}))["items"]
    assert [each["id"] for each in listed] == [kept["id"]]
    stale = await newsroom.client.delete(f"/v1/slots/{kept['id']}", headers={"if-match": '"9"'})
    assert stale.status_code == 412
    assert (await newsroom.client.delete(f"/v1/slots/{kept['id']}")).status_code == 204
    assert (await newsroom.client.get(f"/v1/slots/{kept['id']}")).status_code == 404
    assert answered(await newsroom.client.get("/v1/slots"))["items"] == []
    await slot(newsroom, channel, at)  # there is room for it again


async def test_what_cannot_be_is_refused(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    draft = await newsroom.draft(channel)
    address = f"/v1/publications/{draft['id']}/schedule_in_slots"
    refused(await newsroom.client.post(address, json={}), 409, "slot.none_free")
    far = {"after": "2099-01-01T00:00:00Z"}
    refused(await newsroom.client.post(address, json=far), 422, "publication.time_out_of_range")
    body = {"channel_id": ABSENT, "weekday": 1, "local_time": "10:00:00"}
    assert (await newsroom.client.post("/v1/slots", json=body)).status_code == 404
    for wrong in ("10:00:30", "10:00:00Z"):
        odd = {"channel_id": channel["id"], "weekday": 1, "local_time": wrong}
        assert (await newsroom.client.post("/v1/slots", json=odd)).status_code == 422
    for asked in ({"since": "2026-01-01", "until": "2026-12-31"}, {"since": "1990-01-01"}, {"since": "9999-12-31"}):
        refused(await newsroom.client.get("/v1/calendar", params=asked), 422, "calendar.period")
    bare = await newsroom.draft()
    refused(
        await newsroom.client.post(f"/v1/publications/{bare['id']}/schedule_in_slots", json={}),
        422,
        "publication.not_publishable",
    )


async def test_the_file_opens_and_does_not_change_by_itself(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await slot(newsroom, channel, local(newsroom, days=2))
    await into_slots(newsroom, await newsroom.draft(channel, title="Приём; вторник"))
    file = await newsroom.client.get("/v1/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Приём\\; вторник" in file.text
    assert "STATUS:TENTATIVE" in file.text
    same = await newsroom.client.get("/v1/calendar.ics", headers={"if-none-match": file.headers["etag"]})
    assert same.status_code == 304
    read = await newsroom.client.get("/v1/calendar")
    again = await newsroom.client.get("/v1/calendar", headers={"if-none-match": read.headers["etag"]})
    assert again.status_code == 304


async def test_what_has_no_title_is_called_as_it_begins_and_what_was_withdrawn_is_cancelled(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(
        await newsroom.channel(), title="", text=f"Юрист принимает\nв среду {'и четверг ' * 20}"
    )
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/withdraw"))
    await newsroom.drain()
    (shown,) = answered(await newsroom.client.get("/v1/calendar"))["publications"]
    assert shown["title"].startswith("Юрист принимает в среду и четверг")
    assert len(shown["title"]) <= 80
    assert shown["title"].endswith("…")
    file = (await newsroom.client.get("/v1/calendar.ics")).text
    assert "SUMMARY:Юрист принимает в среду" in file
    assert "STATUS:CANCELLED" in file


async def test_the_next_free_slot_needs_no_body(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await slot(newsroom, channel, local(newsroom, days=2))
    draft = await newsroom.draft(channel)
    taken = answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule_in_slots"))
    assert taken["state"] == "scheduled"


async def test_a_body_that_is_not_there_and_a_time_that_is_none_are_named(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    answer = await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule", headers={"accept-language": "ru"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "", "code": "missing", "detail": "Нужно тело запроса, в виде JSON"},
        {"pointer": "/local_time", "code": "missing", "detail": "Обязательное поле"},
    ]
    odd = {"channel_id": ABSENT, "weekday": 1, "local_time": "25:00"}
    answer = await newsroom.client.post("/v1/slots", json=odd, headers={"accept-language": "en"})
    assert [error["detail"] for error in answer.json()["errors"]] == ["A time on the wall clock, like 10:30"]


async def test_others_see_nothing_of_it(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await slot(newsroom, channel, local(newsroom, days=2))
    draft = await newsroom.draft(channel)
    await into_slots(newsroom, draft)
    part = await newsroom.kit.new_organization(newsroom.tenant)
    async with newsroom.kit.client(newsroom.tenant.caller(Role.INFORMATION_OFFICER, part)) as elsewhere:
        seen = answered(await elsewhere.get("/v1/calendar"))
        assert (seen["slots"], seen["publications"]) == ([], [])
        assert (await elsewhere.get("/v1/calendar.ics")).text.count("BEGIN:VEVENT") == 0
        refused(await elsewhere.get("/v1/calendar", params={"channel_id": channel["id"]}), 404, "not_found")
        assert answered(await elsewhere.get("/v1/slots"))["items"] == []
