"""New tenants, made by the platform's administrator together with their first administrator."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Request, Response

from services.gateway.organizations.actions.registry import tenant_founded_under
from services.gateway.organizations.rules import UnknownTimezone
from services.gateway.sign_in.actions import NewTenant
from services.gateway.sign_in.actions.tenants import first_password, found_tenant
from services.gateway.sign_in.api.own import AtDesk
from services.gateway.sign_in.rules.problems import NameTaken
from services.gateway.sign_in.schemas import FoundedTenantView, NewTenantBody
from shared.app import ApiRouter, created, problems
from shared.app.access import marked, operator_of, runtime_of
from shared.app.answers import SHOWN_ONCE
from shared.app.idempotency import IdempotencyInProgress, IdempotencyMismatch, IdempotencyShownOnce
from shared.app.unit import Unit
from shared.clock import new_id
from shared.context import Context

router = ApiRouter(tags=["tenants"])


@dataclass(frozen=True)
class Founding:
    """The request's unit of work, in a tenant that is not there yet."""

    context: Context
    key: bytes | None


async def _founding(request: Request) -> Founding:
    """A kept Idempotency-Key lies in the tenant that was made under it, so the platform's list says which that is."""
    caller = operator_of(request)
    runtime = runtime_of(request)
    unit: Unit = request.scope["vmeste.unit"]
    sent = request.headers.get("idempotency-key")
    if sent is None:
        return Founding(await unit.open(runtime, new_id(), caller), None)
    key = hashlib.sha256(f"{caller.actor_id}\0{sent}".encode()).digest()
    founded = await tenant_founded_under(runtime, key)
    context = await unit.open(runtime, founded or new_id(), caller)
    if founded is not None:  # the record was let go of, or went with the tenant
        detail = {"ru": f"Он относится к /v1/tenants/{founded}", "en": f"It belongs to /v1/tenants/{founded}"}
        raise IdempotencyShownOnce(detail)
    return Founding(context, key)


FoundingBy = Annotated[Founding, marked(_founding, "operator")]


@router.post(
    "/tenants",
    status_code=201,
    operation_id="tenants_create",
    responses=problems(UnknownTimezone, NameTaken, IdempotencyInProgress, IdempotencyMismatch, IdempotencyShownOnce),
)
async def tenants_create(
    body: NewTenantBody, founding: FoundingBy, desk: AtDesk, request: Request, response: Response
) -> FoundedTenantView:
    """Make a tenant: its root organization, its calendar, its first administrator.

    The administrator's password is in this answer and nowhere else; they change it after they have signed in. A
    repetition under the same Idempotency-Key is answered 409 with the address of the tenant that was made.
    """
    request.scope[SHOWN_ONCE] = True
    password = first_password(desk)
    administrator = body.administrator
    founded = await found_tenant(
        founding.context,
        desk,
        NewTenant(
            name=body.name,
            kind=body.kind,
            family_name=administrator.family_name,
            given_name=administrator.given_name,
            additional_name=administrator.additional_name,
            sign_in_name=administrator.sign_in_name,
            password=password,
            timezone=body.timezone,
        ),
        founding.key,
    )
    created(response, f"/v1/tenants/{founded.tenant_id}")
    return FoundedTenantView(
        id=founded.tenant_id,
        administrator_id=founded.administrator_id,
        sign_in_name=administrator.sign_in_name,
        password=password,
    )
