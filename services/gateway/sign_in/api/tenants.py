"""New tenants, made by the platform's administrator together with their first administrator."""

from fastapi import Request, Response

from services.gateway.organizations.rules import UnknownTimezone
from services.gateway.sign_in.actions import NewTenant, create_tenant
from services.gateway.sign_in.actions.tenants import first_password
from services.gateway.sign_in.api.own import AtDesk
from services.gateway.sign_in.rules.problems import NameTaken
from services.gateway.sign_in.schemas import FoundedTenantView, NewTenantBody
from shared.app import ApiRouter, created, operator, problems
from shared.app.answers import SHOWN_ONCE

router = ApiRouter(tags=["tenants"])


@router.post(
    "/tenants",
    status_code=201,
    operation_id="tenants_create",
    dependencies=[operator()],
    responses=problems(UnknownTimezone, NameTaken),
)
async def tenants_create(body: NewTenantBody, desk: AtDesk, request: Request, response: Response) -> FoundedTenantView:
    """Make a tenant: its root organization, its calendar, its first administrator.

    The administrator's password is in this answer and nowhere else; they change it after they have signed in.
    """
    request.scope[SHOWN_ONCE] = True
    password = first_password(desk)
    administrator = body.administrator
    founded = await create_tenant(
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
    )
    created(response, f"/v1/tenants/{founded.tenant_id}")
    return FoundedTenantView(
        id=founded.tenant_id,
        administrator_id=founded.administrator_id,
        sign_in_name=administrator.sign_in_name,
        password=password,
    )
