"""Requests about personal data: consents, files, erasures, holds, the access log, incidents."""

from typing import Any

from shared.contracts import ServiceName
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.registry import makes

TEXTS, CONSENTS = "/consent_texts?limit=5", "/consents?limit=5"
ERASURES, HOLDS, INCIDENTS = "/erasures?limit=5", "/legal_holds?limit=5", "/incidents?limit=5"
INCIDENT = {
    "what_happened": "Список отправлен не туда",
    "data_kinds": ["names"],
    "people_count": 3,
    "measures": "Удалён",
}


def words_of(branch: Branch) -> dict[str, Any]:
    return {"organization_id": branch.organization, "purpose": "events", "title": "Согласие", "text": "Я согласна"}


async def words(branch: Branch) -> str:
    return (await branch.post("/consent_texts", words_of(branch)))["id"]


async def consent(branch: Branch) -> tuple[str, str]:
    """Its id, and whose it is."""
    person = await branch.person()
    body = {"person_id": person, "consent_text_id": await words(branch), "way": "paper", "evidence": "Лист 1"}
    return (await branch.post("/consents", body))["id"], person


@makes("consent_texts_create")
async def new_words(branch: Branch) -> Attempt:
    return Attempt([TEXTS], body=words_of(branch))


@makes("consent_texts_list")
async def all_words(branch: Branch) -> Attempt:
    await words(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("consent_texts_read")
async def some_words(branch: Branch) -> Attempt:
    return Attempt([], {"consent_text_id": await words(branch)})


@makes("consents_create")
async def new_consent(branch: Branch) -> Attempt:
    body = {"person_id": await branch.person(), "consent_text_id": await words(branch), "way": "paper"}
    return Attempt([CONSENTS], body=body)


@makes("consents_list")
async def consents(branch: Branch) -> Attempt:
    return Attempt([], query={"person_id": (await consent(branch))[1]})


@makes("consents_read")
async def a_consent(branch: Branch) -> Attempt:
    consent_id = (await consent(branch))[0]
    return Attempt([f"/consents/{consent_id}"], {"consent_id": consent_id})


@makes("consents_withdraw")
async def withdrawn_consent(branch: Branch) -> Attempt:
    consent_id = (await consent(branch))[0]
    return Attempt([f"/consents/{consent_id}"], {"consent_id": consent_id}, body={"way": "in_person"})


@makes("subjects_export")
async def a_file(branch: Branch) -> Attempt:
    return Attempt([], {"person_id": await branch.person()})


@makes("subject_exports_download")
async def a_files_content(branch: Branch) -> Attempt:
    started = await branch.client.post(f"/v1/subjects/{await branch.person()}/export")
    done(started, 202)
    await branch.services.drain()
    job = done(await branch.client.get(started.headers["location"]))
    return Attempt([], {"export_id": job["result"]["url"].split("/")[3]})


@makes("subjects_erase")
async def an_erasure_to_be(branch: Branch) -> Attempt:
    person = await branch.person()
    return Attempt([ERASURES, f"/people/{person}"], {"person_id": person}, body={"reason": "asked"})


async def erasure(branch: Branch) -> dict[str, Any]:
    person = await branch.person()
    await branch.post(f"/subjects/{person}/erasure", {"reason": "asked"}, 202)
    await branch.services.drain()
    return done(await branch.client.get("/v1/erasures", params={"person_id": person}))["items"][0]


@makes("erasures_list")
async def erasures(branch: Branch) -> Attempt:
    return Attempt([], query={"person_id": (await erasure(branch))["person_id"]})


@makes("erasures_read")
async def an_erasure(branch: Branch) -> Attempt:
    erasure_id = (await erasure(branch))["id"]
    return Attempt([f"/erasures/{erasure_id}"], {"erasure_id": erasure_id})


@makes("legal_holds_create")
async def new_hold(branch: Branch) -> Attempt:
    return Attempt([HOLDS], body={"person_id": await branch.person(), "reason": "Иск"})


async def hold(branch: Branch) -> dict[str, Any]:
    return await branch.post("/legal_holds", (await new_hold(branch)).body)


@makes("legal_holds_list")
async def legal_holds(branch: Branch) -> Attempt:
    return Attempt([], query={"person_id": (await hold(branch))["person_id"]})


@makes("legal_holds_read", "legal_holds_lift")
async def a_hold(branch: Branch) -> Attempt:
    hold_id = (await hold(branch))["id"]
    return Attempt([f"/legal_holds/{hold_id}"], {"legal_hold_id": hold_id})


@makes("access_log_list")
async def readings(branch: Branch) -> Attempt:
    person = (await consent(branch))[1]
    done(await branch.client.get("/v1/consents", params={"person_id": person}))
    await branch.services.drain()
    return Attempt([], query={"person_id": person, "reader_id": branch.chair})


@makes("incidents_create")
async def new_incident(branch: Branch) -> Attempt:
    noticed_at = branch.services.runtime(ServiceName.GATEWAY).clock.now().isoformat()
    return Attempt([INCIDENTS], body={"organization_id": branch.organization, "noticed_at": noticed_at, **INCIDENT})


async def incident(branch: Branch) -> str:
    return (await branch.post("/incidents", (await new_incident(branch)).body))["id"]


@makes("incidents_list")
async def incidents(branch: Branch) -> Attempt:
    await incident(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("incidents_read", "incidents_close")
async def an_incident(branch: Branch) -> Attempt:
    """All of it was told."""
    incident_id = await incident(branch)
    for notice in ("first_notice", "report"):
        await branch.post(f"/incidents/{incident_id}/tell", {"notice": notice}, 200)
    return Attempt([f"/incidents/{incident_id}"], {"incident_id": incident_id})


@makes("incidents_update")
async def a_changed_incident(branch: Branch) -> Attempt:
    incident_id = await incident(branch)
    return Attempt([f"/incidents/{incident_id}"], {"incident_id": incident_id}, body=INCIDENT)


@makes("incidents_tell")
async def a_told_incident(branch: Branch) -> Attempt:
    incident_id = await incident(branch)
    return Attempt([f"/incidents/{incident_id}"], {"incident_id": incident_id}, body={"notice": "first_notice"})
