"""The public API as a developer outside would use it: what the demo and the tour know of Vmeste."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import JsonValue

Body = Mapping[str, JsonValue]


class Refused(Exception):
    """The API said no; `problem` is its RFC 9457 document."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.problem: dict[str, Any] = response.json() if "json" in response.headers.get("content-type", "") else {}
        what = self.problem.get("code", response.text[:200])
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {what} {self.problem}")


class Client:
    """One person's sign-in. Answers come as parsed JSON; `etag` of the last answer is kept for the next verb."""

    def __init__(self, address: str, token: str | None = None) -> None:
        headers = {"accept-language": "ru"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._http = httpx.AsyncClient(base_url=f"{address}/v1", headers=headers, timeout=60, trust_env=False)
        self.address = address

    @classmethod
    async def signed_in(cls, address: str, sign_in_name: str, password: str) -> "Client":
        async with cls(address) as nobody:
            answer = await nobody.post("/auth/login", {"sign_in_name": sign_in_name, "password": password})
        return cls(address, answer["access_token"])

    async def get(self, path: str, **query: str | int) -> Any:
        return await self._answer("GET", path, params=query)

    async def post(self, path: str, body: Body | None = None, *, key: str | None = None) -> Any:
        """`key` is an Idempotency-Key: the same call again gets the first answer."""
        headers = {"idempotency-key": key} if key else {}
        return await self._answer("POST", path, json=body, headers=headers)

    async def put(self, path: str, body: Body) -> Any:
        return await self._answer("PUT", path, json=body)

    async def _answer(self, method: str, path: str, **arguments: Any) -> Any:
        response = await self._http.request(method, path, **arguments)
        if response.is_error:
            raise Refused(response)
        kind = response.headers.get("content-type", "")
        return response.json() if "json" in kind else response.text

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()
