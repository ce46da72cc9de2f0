"""Everything that an organization published, as files to keep."""

import asyncio
import io
import json
import threading
import zipfile
from typing import Any

import httpx
import pytest

from services.publisher.archives.actions import gathering, packing
from services.publisher.archives.rules import MOST_KEPT
from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.contracts.gateway import SubjectErasureRequested
from shared.contracts.states import Subject
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from tests.service.publisher.newsroom import Newsroom, answered, refused


async def gathered(newsroom: Newsroom, organization_id: object = None) -> dict[str, Any]:
    body = {"organization_id": str(organization_id or newsroom.tenant.root)}
    response = await newsroom.client.post("/v1/publication_archives", json=body)
    started = answered(response, 202)
    assert started["state"] == "waiting"
    await newsroom.drain()
    done = answered(await newsroom.client.get(response.headers["location"]))
    assert (done["state"], done["done"]) == ("done", done["total"])
    return done


async def opened(client: httpx.AsyncClient, address: str) -> zipfile.ZipFile:
    response = await client.get(address)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(response.content))


def texts(archive: zipfile.ZipFile) -> list[str]:
    return [each["text"] for each in json.loads(archive.read("publications.json"))]


async def test_it_has_the_words_the_images_and_where_they_went(newsroom: Newsroom) -> None:
    picture = await newsroom.picture()
    await newsroom.published(await newsroom.channel(Network.VK), text="Текст <b>", media_ids=[picture["id"]])
    await newsroom.draft(text="Черновик")
    (address,) = (await gathered(newsroom))["files"]
    archive = await opened(newsroom.client, address)
    (told,) = json.loads(archive.read("publications.json"))
    assert (told["text"], told["state"]) == ("Текст <b>", "published")
    (delivery,) = told["deliveries"]
    assert (delivery["network"], delivery["state"], delivery["url"]) == ("vk", "sent", "https://vk.test/1")
    (image,) = told["images"]
    assert (image["alt_text"], archive.read(image["file"])[1:4]) == (picture["alt_text"], b"PNG")
    page = archive.read("index.html").decode()
    assert "Текст &lt;b&gt;" in page
    assert f'src="{image["file"]}"' in page
    assert 'href="https://vk.test/1"' in page


async def test_it_is_packed_beside_the_worker_and_not_in_its_way(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other messages go on while tens of megabytes are written."""
    written: dict[str, bool] = {}
    write = zipfile.ZipFile.writestr

    def noted(archive: zipfile.ZipFile, name: str, *more: Any) -> None:
        written[name] = threading.current_thread() is threading.main_thread()
        write(archive, name, *more)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", noted)
    picture = await newsroom.picture()
    await newsroom.published(await newsroom.channel(Network.VK), media_ids=[picture["id"]])
    (address,) = (await gathered(newsroom))["files"]
    assert written == {f"pictures/{picture['id']}.png": False, "index.html": False, "publications.json": False}
    archive = await opened(newsroom.client, address)
    assert archive.testzip() is None


async def test_nothing_published_is_an_empty_archive(newsroom: Newsroom) -> None:
    done = await gathered(newsroom)
    assert (done["total"], len(done["files"])) == (0, 1)
    assert texts(await opened(newsroom.client, done["files"][0])) == []


async def test_many_lie_in_several_files_each_once(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PUBLICATIONS_AT_ONCE", 2)
    channel = await newsroom.channel()
    for number in range(5):
        await newsroom.published(channel, text=f"Новость {number}")
    done = await gathered(newsroom)
    found = [texts(await opened(newsroom.client, address)) for address in done["files"]]
    assert found == [["Новость 0", "Новость 1"], ["Новость 2", "Новость 3"], ["Новость 4"]]


async def test_a_file_is_no_larger_than_its_images_allow(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = await newsroom.picture()
    monkeypatch.setattr(packing, "FILE_BYTES", picture["size"])
    channel = await newsroom.channel()
    for number in range(3):
        await newsroom.published(channel, text=f"Новость {number}", media_ids=[picture["id"]])
    done = await gathered(newsroom)
    assert [len(texts(await opened(newsroom.client, address))) for address in done["files"]] == [1, 1, 1]


async def test_an_image_that_the_storage_lost_does_not_stop_it(newsroom: Newsroom) -> None:
    picture = await newsroom.picture()
    await newsroom.published(await newsroom.channel(), media_ids=[picture["id"]])
    await newsroom.kit.runtime.storage.delete(f"media/{newsroom.tenant.id}/{picture['id']}")
    (address,) = (await gathered(newsroom))["files"]
    names = (await opened(newsroom.client, address)).namelist()
    assert f"pictures/{picture['id']}.png.lost.txt" in names


async def test_a_picture_that_was_erased_does_not_stop_it(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name="Мария Кузнецова")
    card = {
        "organization_id": str(tenant.root),
        "template": "personal",
        "person": "Мария Кузнецова",
        "person_id": str(person),
        "greeting": "Ура!",
        "sizes": ["post"],
    }
    (drawn,) = answered(await newsroom.client.post("/v1/cards", json=card), 201)["pictures"]
    await newsroom.published(await newsroom.channel(), media_ids=[drawn["media_id"]])
    sealed = kit.runtime.cipher.encrypt(Subject(person_id=person).model_dump_json())
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=sealed))
    (address,) = (await gathered(newsroom))["files"]
    archive = await opened(newsroom.client, address)
    assert archive.read(f"pictures/{drawn['media_id']}.png.lost.txt") == b""


async def test_it_is_for_whoever_asked_and_for_a_week(newsroom: Newsroom) -> None:
    done = await gathered(newsroom)
    address, (file,) = f"/v1/publication_archives/{done['id']}", done["files"]
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as other:
        refused(await other.get(address), 404, "not_found")
        refused(await other.get(file), 404, "not_found")
    refused(await newsroom.client.get(f"{address}/files/2"), 404, "not_found")
    newsroom.kit.advance(days=7)
    refused(await newsroom.client.get(file), 410, "archive.over")
    await newsroom.drain()
    kept = [key async for key, _ in newsroom.kit.runtime.storage.files(f"exports/{newsroom.tenant.id}")]
    assert kept == []


async def test_it_is_of_what_one_sees_and_not_for_partners(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    channel = await newsroom.channel()
    await newsroom.published(channel, text="Наша", organization_id=str(branch))
    await newsroom.published(channel, text="Чужая", organization_id=str(other))
    (address,) = (await gathered(newsroom, branch))["files"]
    assert texts(await opened(newsroom.client, address)) == ["Наша"]
    body = {"organization_id": str(branch)}
    async with kit.client(tenant.caller(Role.CHAIR, other)) as stranger:
        refused(await stranger.post("/v1/publication_archives", json=body), 404, "not_found")
    key = ApiKey(new_id(), new_id(), tenant.root, frozenset({Permission.SEE_PUBLICATIONS}))
    async with kit.client(Caller(CallerKind.PARTNER, tenant.id, key=key)) as partner:
        refused(await partner.post("/v1/publication_archives", json=body), 403, "archive.not_for_partners")


async def test_whoever_sees_the_publications_no_more_takes_no_archive_home(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    officer = new_id()
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, person_id=officer)) as client:
        response = await client.post("/v1/publication_archives", json={"organization_id": str(tenant.root)})
        address = response.headers["location"]
        await newsroom.drain()
        (file,) = answered(await client.get(address))["files"]
    async with kit.client(tenant.caller(Role.CHAIR, await kit.new_organization(tenant), officer)) as moved:
        refused(await moved.get(address), 404, "not_found")
        refused(await moved.get(file), 404, "not_found")


async def test_the_storage_is_not_filled_with_archives(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    body = {"organization_id": str(newsroom.tenant.root)}
    asked = [newsroom.client.post("/v1/publication_archives", json=body) for _ in range(MOST_KEPT + 3)]
    statuses = [response.status_code for response in await asyncio.gather(*asked)]
    assert sorted(statuses) == [202] * MOST_KEPT + [409] * 3
    refused(await newsroom.client.post("/v1/publication_archives", json=body), 409, "archive.too_many")
    other = {"organization_id": str(branch)}
    answered(await newsroom.client.post("/v1/publication_archives", json=other), 202)
    newsroom.kit.advance(days=7, seconds=1)
    answered(await newsroom.client.post("/v1/publication_archives", json=body), 202)
