"""Operations that will go away: said in every answer (RFC 9745, RFC 8594) and in the API document.

@router.get("/things/{thing_id}/parts", **deprecated(since, sunset, "https://example.org/changelog#parts"))
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypedDict

from fastapi import Depends, Request

from shared.app.answers import EXTRA_HEADERS


class Deprecated(TypedDict):
    """What a route's decorator takes."""

    deprecated: bool
    dependencies: list[Any]


def deprecated(since: datetime, sunset: datetime, link: str) -> Deprecated:
    """Both moments in UTC: from when on it is not to be used, and from when on it may be gone. `link` says what instead."""
    if sunset < since:
        raise ValueError("gone before it was deprecated")
    headers = (
        ("deprecation", f"@{int(since.timestamp())}"),
        ("sunset", format_datetime(sunset, usegmt=True)),
        ("link", f'<{link}>; rel="deprecation"; type="text/html"'),
    )

    async def tell(request: Request) -> None:
        """First among the dependencies: a refusal tells it too."""
        request.scope[EXTRA_HEADERS] = (*request.scope.get(EXTRA_HEADERS, ()), *headers)

    return Deprecated(deprecated=True, dependencies=[Depends(tell)])
