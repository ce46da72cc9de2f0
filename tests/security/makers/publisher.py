"""Requests to the publisher."""

from typing import Any

from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Outcome, Rejected, Unknown
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.registry import makes
from tests.service.publisher.newsroom import CREDENTIALS, picture

CARD = {
    "enterprise": "Завод",
    "years": 75,
    "greeting": "Спасибо!",
    "signed_by": {"union": "Профсоюз", "person": "Вера Котова"},
    "sizes": ["post"],
}


def _channel_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "network": Network.TELEGRAM,
        "external_id": f"-{new_id().int % 10**15}",
        "credentials": CREDENTIALS[Network.TELEGRAM],
    }


async def channel(branch: Branch) -> str:
    return (await branch.post("/channels", _channel_body(branch)))["id"]


async def media(branch: Branch) -> str:
    upload = await new_media(branch)
    return done(await branch.client.post("/v1/media", data=dict(upload.form), files=upload.files), 201)["id"]


async def _draft_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "kind": "news",
        "text": "Коллективный договор подписан",
        "media_ids": [await media(branch)],
        "channel_ids": [await channel(branch)],
        "variants": {"vk": {"text": "Подписан", "media_ids": [await media(branch)]}},
        "audiences": [{"kind": "member", "organization_id": branch.organization}],
        "author_id": branch.chair,
    }


async def draft(branch: Branch) -> str:
    return (await branch.post("/publications", await _draft_body(branch)))["id"]


async def sent(branch: Branch, outcome: Outcome) -> tuple[str, str]:
    """A publication that a network answered so, and its one delivery."""
    publication = await draft(branch)
    await branch.services.drain()  # nothing else is to get the outcome
    branch.services.networks[Network.TELEGRAM].outcomes.append(outcome)
    await branch.post(f"/publications/{publication}/publish", status=200)
    await branch.services.drain()
    (delivery,) = done(await branch.client.get(f"/v1/publications/{publication}/deliveries"))["items"]
    return publication, delivery["id"]


async def failed_over(branch: Branch) -> str:
    """A publication that its channel could not take, and that the one in its place refuses."""
    publication = await draft(branch)
    (first,) = done(await branch.client.get(f"/v1/publications/{publication}"))["channel_ids"]
    second = {"failover_channel_id": await channel(branch)}
    done(await branch.client.patch(f"/v1/channels/{first}", json=second))
    await branch.services.drain()
    outcomes = branch.services.networks[Network.TELEGRAM].outcomes
    outcomes.extend([Rejected(reason("posting_denied", "214")), Rejected(reason("content_blocked"))])
    await branch.post(f"/publications/{publication}/publish", status=200)
    await branch.services.drain()
    return publication


@makes("channels_create")
async def new_channel(branch: Branch) -> Attempt:
    return Attempt(["/channels?limit=5"], body=_channel_body(branch))


@makes("channels_list")
async def channels(branch: Branch) -> Attempt:
    await channel(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("channels_read", "channels_probe")
async def a_channel(branch: Branch) -> Attempt:
    one = await channel(branch)
    return Attempt([f"/channels/{one}"], {"channel_id": one})


@makes("channels_update")
async def changed_channel(branch: Branch) -> Attempt:
    one = await channel(branch)
    return Attempt(
        [f"/channels/{one}"], {"channel_id": one}, body={"paused": True, "failover_channel_id": await channel(branch)}
    )


@makes("channels_reauthorize")
async def reauthorized_channel(branch: Branch) -> Attempt:
    one = await channel(branch)
    body = {"credentials": CREDENTIALS[Network.TELEGRAM]}
    return Attempt([f"/channels/{one}"], {"channel_id": one}, body=body)


@makes("channels_hook")
async def told_channel(branch: Branch) -> Attempt:
    more = {"network": Network.EMAIL, "credentials": CREDENTIALS[Network.EMAIL]}
    body = _channel_body(branch) | more | {"external_id": f"list{new_id().hex}@lists.union.example"}
    one = (await branch.post("/channels", body))["id"]
    return Attempt([f"/channels/{one}"], {"channel_id": one})


@makes("media_create")
async def new_media(branch: Branch) -> Attempt:
    form = {"organization_id": branch.organization, "alt_text": "Юбилейный торт"}
    return Attempt(["/media?limit=5"], form=form, files={"file": ("cake.png", picture(), "image/png")})


@makes("media_list")
async def all_media(branch: Branch) -> Attempt:
    await media(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("media_read", "media_content_read")
async def a_picture(branch: Branch) -> Attempt:
    one = await media(branch)
    return Attempt([f"/media/{one}"], {"media_id": one})


@makes("media_update")
async def described_media(branch: Branch) -> Attempt:
    one = await media(branch)
    return Attempt([f"/media/{one}"], {"media_id": one}, body={"alt_text": "Чужое описание"})


@makes("cards_create", within_the_union=("person_id",))
async def new_card(branch: Branch) -> Attempt:
    enterprise = {"organization_id": branch.organization, "name": "Завод"}
    ids = {"enterprise_id": (await branch.post("/enterprises", enterprise))["id"], "person_id": branch.chair}
    body = {"organization_id": branch.organization, **CARD, **ids}
    return Attempt(["/cards?limit=5", "/media?limit=5"], body=body)


@makes("cards_list")
async def cards(branch: Branch) -> Attempt:
    await branch.post("/cards", (await new_card(branch)).body)
    return Attempt([], query={"organization_id": branch.organization})


@makes("cards_read")
async def a_card(branch: Branch) -> Attempt:
    card = (await branch.post("/cards", (await new_card(branch)).body))["id"]
    return Attempt([f"/cards/{card}"], {"card_id": card})


@makes("cards_pdf_read")
async def a_sheet(branch: Branch) -> Attempt:
    body = {"organization_id": branch.organization, "template": "sheet", "title": "Собрание", "greeting": "В среду."}
    card = (await branch.post("/cards", body))["id"]
    return Attempt([f"/cards/{card}"], {"card_id": card})


@makes("publications_create", within_the_union=("author_id",))
async def new_publication(branch: Branch) -> Attempt:
    return Attempt(["/publications?limit=5"], body=await _draft_body(branch))


@makes("publications_list")
async def publications(branch: Branch) -> Attempt:
    body = await _draft_body(branch)
    await branch.post("/publications", body)
    return Attempt([], query={"organization_id": branch.organization, "channel_id": body["channel_ids"][0]})


@makes(
    "publications_read",
    "publications_preview",
    "publications_publish",
    "publications_copy",
)
async def a_draft(branch: Branch) -> Attempt:
    one = await draft(branch)
    return Attempt([f"/publications/{one}", "/publications?limit=5"], {"publication_id": one})


@makes("publications_update", within_the_union=("author_id",))
async def changed_publication(branch: Branch) -> Attempt:
    one = await draft(branch)
    body = await _draft_body(branch)
    del body["organization_id"]
    return Attempt([f"/publications/{one}"], {"publication_id": one}, body={**body, "text": "Иное"})


@makes("publications_schedule")
async def scheduled_publication(branch: Branch) -> Attempt:
    one = await draft(branch)
    body = {"local_time": "2031-12-01T10:00:00", "timezone": "Europe/Moscow"}
    return Attempt([f"/publications/{one}"], {"publication_id": one}, body=body)


@makes("publications_withdraw")
async def withdrawn_publication(branch: Branch) -> Attempt:
    attempt = await scheduled_publication(branch)
    await branch.post(f"/publications/{attempt.path['publication_id']}/schedule", attempt.body, 200)
    return Attempt(attempt.watch, attempt.path)


@makes("publication_deliveries_list", "publication_deliveries_read", "publication_deliveries_retry")
async def a_rejected_delivery(branch: Branch) -> Attempt:
    publication, delivery = await sent(branch, Rejected(reason("posting_denied", "214")))
    watch = [f"/publications/{publication}", f"/publications/{publication}/deliveries"]
    return Attempt(watch, {"publication_id": publication, "delivery_id": delivery})


@makes("publication_deliveries_confirm")
async def a_delivery_in_doubt(branch: Branch) -> Attempt:
    publication, delivery = await sent(branch, Unknown(reason("no_answer")))
    watch = [f"/publications/{publication}", f"/publications/{publication}/deliveries"]
    return Attempt(watch, {"publication_id": publication, "delivery_id": delivery}, body={"sent": True})
