"""Requests to the edge's own resources."""

from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes


@makes("jobs_read", "job_events_read")
async def a_job(branch: Branch) -> Attempt:
    """One that the branch's chair began, and that is over: its events have an end."""
    begun = await branch.client.post(f"/v1/subjects/{await branch.person()}/export")
    assert begun.status_code == 202, begun.text
    await branch.services.drain()
    job = begun.headers["location"].rpartition("/")[2]
    return Attempt([f"/jobs/{job}"], {"job_id": job})


@makes("organization_origins_read", "organization_origins_set")
async def an_organizations_pages(branch: Branch) -> Attempt:
    part = await branch.part()
    pages = [f"https://{part}.example"]
    return Attempt([f"/organizations/{part}/origins"], {"organization_id": part}, body={"origins": pages})
