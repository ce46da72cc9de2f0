"""VK ID over HTTP: the page on which a person says who they are, the exchange of the code, and whose token it is.

`/vk_id/returned` is an app's own page for those who try it by hand: it shows what came back.
"""

from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.vk_id.flow import Asked, VkId, VkIdError

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE = """<!doctype html>
<html lang="ru">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/static/page.css"></head>
<body><main class="form"><h1>{title}</h1>{body}</main></body>
</html>
"""


class VkIdPages:
    def __init__(self, vk_id: VkId) -> None:
        self._vk_id = vk_id

    async def authorize(self, request: Request) -> Response:
        """Whoever is asked chooses one of the stand-in's people."""
        try:
            self._vk_id.check(_asked(request))
        except VkIdError as error:
            return JSONResponse(error.body, 400)
        query = dict(request.query_params)
        links = "".join(
            f'<li><a href="/vk_id/approve?{escape(urlencode(query | {"person_id": str(person.id)}))}">'
            f"Войти как {escape(person.full_name)}</a></li>"
            for person in self._vk_id.people()
        )
        return _page("VK ID: учебный вход", f"<ul>{links}</ul>" if links else "<p>В этой VK ещё никого нет.</p>")

    async def approve(self, request: Request) -> Response:
        asked = _asked(request)
        try:
            approval = self._vk_id.approve(asked, _number(request.query_params.get("person_id", "")))
        except VkIdError as error:
            return JSONResponse(error.body, 400)
        answer = {
            "code": approval.code,
            "state": asked.state,
            "device_id": approval.device_id,
            "type": "code_v2",
            "expires_in": "600",
        }
        joint = "&" if urlsplit(asked.redirect_uri).query else "?"
        return RedirectResponse(f"{asked.redirect_uri}{joint}{urlencode(answer)}", 302, headers=_HEADERS)

    async def exchange(self, request: Request) -> Response:
        return await self._answered(request, exchange=True)

    async def user_info(self, request: Request) -> Response:
        return await self._answered(request, exchange=False)

    async def returned(self, request: Request) -> Response:
        rows = "".join(
            f"<dt>{name}</dt><dd><code>{escape(request.query_params.get(name, ''))}</code></dd>"
            for name in ("code", "device_id", "state")
        )
        return _page("Вернулись из VK ID", f"<p>Отправьте это в <code>POST /v1/auth/vk</code>:</p><dl>{rows}</dl>")

    async def _answered(self, request: Request, *, exchange: bool) -> Response:
        fields = await request.form()
        form = {name: value for name, value in fields.items() if isinstance(value, str)}
        try:
            return JSONResponse(self._vk_id.exchange(form) if exchange else self._vk_id.user_info(form))
        except VkIdError as error:
            return JSONResponse(error.body, 400)


def _asked(request: Request) -> Asked:
    names = ("client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "response_type")
    return Asked(**{name: request.query_params.get(name, "") for name in names})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), headers=_HEADERS)


def routes(vk_id: VkId) -> list[BaseRoute]:
    pages = VkIdPages(vk_id)
    return [
        Route("/vk_id/authorize", pages.authorize, methods=["GET"]),
        Route("/vk_id/approve", pages.approve, methods=["GET"]),
        Route("/vk_id/returned", pages.returned, methods=["GET"]),
        Route("/vk_id/oauth2/auth", pages.exchange, methods=["POST"]),
        Route("/vk_id/oauth2/user_info", pages.user_info, methods=["POST"]),
    ]
