"""The public API as a developer outside would use it: what the demo, the tour and the tests know of Vmeste."""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import httpx

Body = Mapping[str, object]  # what JSON can say

_REPEATS: Final = 5  # of a call that is answered 503 with Retry-After: a service that is just starting
_UNAVAILABLE: Final = 503


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it costs more than a sign-in does."""
    return ssl.create_default_context()


class Refused(Exception):
    """The API said no; `problem` is its RFC 9457 document."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
        self.problem: dict[str, Any] = response.json() if is_problem else {}
        self.code: str = self.problem.get("code", "")
        self.retry_after = int(response.headers.get("retry-after", 0))  # seconds
        told = (self.code, self.problem.get("title"), self.problem.get("detail"), *self._wrong_fields())
        what = "; ".join(part for part in told if part) or response.text[:200]
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {what}")

    def _wrong_fields(self) -> list[str]:
        return [f"{error['pointer']} {error['detail']}" for error in self.problem.get("errors", [])]


class Client:
    """One person's sign-in, or nobody's. Answers come as parsed JSON, errors as `Refused`."""

    def __init__(self, address: str, tokens: Mapping[str, Any] | None = None, *, connections: int = 20) -> None:
        """`tokens` as `/auth/login` gives them."""
        self.address = address
        self.tokens: Mapping[str, Any] = tokens or {}
        headers = {"accept-language": "ru"}
        if tokens:
            headers["authorization"] = f"Bearer {tokens['access_token']}"
        self._http = httpx.AsyncClient(
            base_url=f"{address}/v1",
            headers=headers,
            timeout=60,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            trust_env=False,
            verify=_certificates(),
        )

    @classmethod
    async def signed_in(cls, address: str, sign_in_name: str, password: str) -> "Client":
        async with cls(address) as nobody:
            tokens = await nobody.post("/auth/login", {"sign_in_name": sign_in_name, "password": password})
        return cls(address, tokens)

    @property
    def person_id(self) -> str:
        return self.tokens["person_id"]

    async def get(self, path: str, **query: str | int) -> Any:
        return read(await self.call("GET", path, params=query))

    async def all(self, path: str, **query: str | int) -> list[Any]:
        """Every item of a list, page after page."""
        page = await self.get(path, limit=200, **query)
        items: list[Any] = page["items"]
        while page["next"] is not None:
            page = await self.get(path, limit=200, after=page["next"], **query)
            items += page["items"]
        return items

    async def post(self, path: str, body: Body | None = None, **headers: str) -> Any:
        """Sent under an Idempotency-Key: what is sent again after a 503 has one effect. `headers` with underscores."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(await self.call("POST", path, json=body, headers={"idempotency-key": str(uuid4()), **more}))

    async def put(self, path: str, body: Body) -> Any:
        return read(await self.call("PUT", path, json=body))

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The answer, whatever its status; a service that asks to come back in a moment is asked again."""
        response = await self._http.request(method, path, **arguments)
        for _ in range(_REPEATS):
            if response.status_code != _UNAVAILABLE or "retry-after" not in response.headers:
                break
            await asyncio.sleep(float(response.headers["retry-after"]))
            response = await self._http.request(method, path, **arguments)
        return response

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()


def read(response: httpx.Response) -> Any:
    """What an answer holds. Raises Refused."""
    if response.is_error:
        raise Refused(response)
    return response.json() if "json" in response.headers.get("content-type", "") else response.text
