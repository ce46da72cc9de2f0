"""Short links: made by the publisher's staff, followed by everyone."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.publisher.links.actions.counting import clicks_of
from services.publisher.links.actions.following import LinkFollower
from services.publisher.links.actions.hosts import host_for, list_hosts, register_host, remove_host
from services.publisher.links.actions.making import (
    change_link,
    create_link,
    end_link,
    link_for,
    link_view,
    link_views,
    list_links,
)
from services.publisher.links.actions.places import add_place, list_places, place_of, place_view
from services.publisher.links.rules.charts import DayClicks, drawn
from services.publisher.links.rules.codes import NoCodeFree
from services.publisher.links.rules.places import LinkEnded, LinkIsOver, PlaceExists, TooManyPlaces, is_machine
from services.publisher.links.rules.targets import NotAHost, UnsafeTarget
from services.publisher.links.schemas import (
    ClicksPeriod,
    ClicksView,
    LinkChange,
    LinkFilter,
    LinkHostFilter,
    LinkHostView,
    LinkView,
    NewLink,
    NewLinkHost,
    NewPlace,
    PlaceView,
)
from services.publisher.links.tables import Link
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, caller, created, etag, problems
from shared.app.problems import language
from shared.context import Context
from shared.errors import Invalid, NotFound, Stale
from shared.identity import Caller
from shared.permissions import Permission
from shared.standing import TenantSuspended

router = ApiRouter(tags=["links"])
followed = ApiRouter(tags=["links"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
Managing = Annotated[Context, allowed(Permission.MANAGE_CHANNELS)]
Following = Annotated[Caller, caller(public=True)]


async def _answer(context: Context, response: Response, link: Link) -> LinkView:
    etag(response, link.version)
    return await link_view(context, link)


@router.post("/link_hosts", status_code=201, operation_id="link_hosts_create", responses=problems(NotFound, NotAHost))
async def link_hosts_create(body: NewLinkHost, context: Managing, response: Response) -> LinkHostView:
    """Register a host as the organization's own: its links, and those of all below it, may lead there."""
    host = await register_host(context, body)
    created(response, f"/v1/link_hosts/{host.id}")
    return LinkHostView.of(host)


@router.get("/link_hosts", operation_id="link_hosts_list", responses=problems(NotFound))
async def link_hosts_list(context: Seeing, page: Annotated[LinkHostFilter, Query()]) -> Page[LinkHostView]:
    """Hosts of all organizations whose publications the caller may see, newest first. The installation's own count too."""
    hosts, following = await list_hosts(context, page)
    return Page(items=[LinkHostView.of(host) for host in hosts], next=following)


@router.get("/link_hosts/{link_host_id}", operation_id="link_hosts_read")
async def link_hosts_read(link_host_id: UUID, context: Seeing) -> LinkHostView:
    """One registered host."""
    return LinkHostView.of(await host_for(context, link_host_id))


@router.delete(
    "/link_hosts/{link_host_id}", status_code=204, operation_id="link_hosts_delete", responses=problems(NotFound)
)
async def link_hosts_delete(link_host_id: UUID, context: Managing) -> None:
    """Take a host away: links may lead there no more. Those that do are ended, unless another registration stands for them."""
    await remove_host(context, link_host_id)


@router.post(
    "/links",
    status_code=201,
    operation_id="links_create",
    responses=problems(NotFound, UnsafeTarget, NoCodeFree),
)
async def links_create(body: NewLink, context: Publishing, response: Response) -> LinkView:
    """Make a short link. Each place where it is shown may have an address of its own, which counts for itself."""
    link = await create_link(context, body)
    created(response, f"/v1/links/{link.id}")
    return await _answer(context, response, link)


@router.get("/links", operation_id="links_list", responses=problems(NotFound))
async def links_list(context: Seeing, page: Annotated[LinkFilter, Query()]) -> Page[LinkView]:
    """Links of all organizations whose publications the caller may see, newest first."""
    links, following = await list_links(context, page)
    return Page(items=await link_views(context, links), next=following)


@router.get("/links/{link_id}", operation_id="links_read")
async def links_read(link_id: UUID, context: Seeing, response: Response) -> LinkView:
    """One link."""
    return await _answer(context, response, await link_for(context, link_id, Permission.SEE_PUBLICATIONS))


@router.patch(
    "/links/{link_id}", operation_id="links_update", responses=problems(NotFound, Stale, LinkIsOver, UnsafeTarget)
)
async def links_update(
    link_id: UUID, body: LinkChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> LinkView:
    """Let a link lead elsewhere, what is printed too."""
    return await _answer(context, response, await change_link(context, link_id, body, if_match))


@router.post("/links/{link_id}/end", operation_id="links_end", responses=problems(NotFound, Stale, LinkIsOver))
async def links_end(link_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None) -> LinkView:
    """End a link: from now on whoever follows it is answered 410. Its figures stay."""
    return await _answer(context, response, await end_link(context, link_id, if_match))


@router.post(
    "/links/{link_id}/places",
    status_code=201,
    operation_id="link_places_create",
    responses=problems(NotFound, Invalid, LinkIsOver, PlaceExists, TooManyPlaces, NoCodeFree),
)
async def link_places_create(link_id: UUID, body: NewPlace, context: Publishing, response: Response) -> PlaceView:
    """Give a link an address for one channel or one printed sheet, whose clicks are counted by themselves."""
    place = await add_place(context, await link_for(context, link_id, Permission.PUBLISH), body)
    created(response, f"/v1/links/{link_id}/places/{place.id}")
    return place_view(context, place)


@router.get("/links/{link_id}/places", operation_id="link_places_list")
async def link_places_list(link_id: UUID, context: Seeing, page: Paging) -> Page[PlaceView]:
    """Where a link is shown, oldest first."""
    link = await link_for(context, link_id, Permission.SEE_PUBLICATIONS)
    places, following = await list_places(context, link, page)
    return Page(items=[place_view(context, place) for place in places], next=following)


@router.get("/links/{link_id}/places/{place_id}", operation_id="link_places_read")
async def link_places_read(link_id: UUID, place_id: UUID, context: Seeing) -> PlaceView:
    """One place of a link, and the address that is shown there."""
    link = await link_for(context, link_id, Permission.SEE_PUBLICATIONS)
    return place_view(context, await place_of(context, link, place_id))


@router.get("/links/{link_id}/clicks", operation_id="link_clicks_read", responses=problems(Invalid))
async def link_clicks_read(link_id: UUID, context: Seeing, period: Annotated[ClicksPeriod, Query()]) -> ClicksView:
    """Clicks of a link by day and by place. What programs follow to draw a preview is not counted, as far as they say so."""
    return await clicks_of(context, await link_for(context, link_id, Permission.SEE_PUBLICATIONS), period)


@router.get(
    "/links/{link_id}/clicks.svg",
    operation_id="link_clicks_export",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "bars, one for each day"}, **problems(Invalid)},
)
async def link_clicks_export(
    link_id: UUID,
    context: Seeing,
    period: Annotated[ClicksPeriod, Query()],
    accept_language: Annotated[str, Header(max_length=200, description="`ru` or `en`")] = "",
) -> Response:
    """Clicks of a link by day, as a picture."""
    clicks = await clicks_of(context, await link_for(context, link_id, Permission.SEE_PUBLICATIONS), period)
    picture = drawn([DayClicks(one.day, one.clicks) for one in clicks.days], language(accept_language))
    return Response(picture, media_type="image/svg+xml", headers={"vary": "Accept-Language"})


@followed.get(
    "/l/{tenant}/{code}",
    operation_id="links_follow",
    status_code=302,
    response_class=RedirectResponse,
    responses={
        302: {"description": "`Location` says where it leads", "content": {}},
        **problems(NotFound, LinkEnded, TenantSuspended),
    },
)
async def links_follow(
    tenant: Annotated[str, Path(max_length=64, description="whose link it is")],
    code: Annotated[str, Path(max_length=64, description="the link, and where it was shown")],
    request: Request,
    _: Following,
) -> RedirectResponse:
    """Follow a short link. One click more is counted for its day and place; who clicked is not kept, no cookie is set."""
    follower: LinkFollower = request.app.state.link_follower
    machine = is_machine(request.headers.get("user-agent", ""), request.headers.get("sec-purpose", ""))
    return RedirectResponse(await follower.follow(tenant, code, counts=not machine), 302)
