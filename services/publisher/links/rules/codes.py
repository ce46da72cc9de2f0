"""How a short link looks: `/l/<tenant>/<code>`, both in letters that nobody misreads on a printed sheet."""

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from shared.errors import Unavailable

ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 and o, no 1, i and l; one case, for those who type it
CODE_LENGTH: Final = 7  # 31**7 = 2.7e10 codes: a one-in-ten chance of any clash at 75,000 links; a clash draws again
TENANT_LENGTH: Final = 26  # 31**26 > 2**128
MOST_DRAWS: Final = 20
_BASE: Final = len(ALPHABET)
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_CODE: Final = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
_TENANT: Final = re.compile(f"[{ALPHABET}]{{{TENANT_LENGTH}}}")


class NoCodeFree(Unavailable):
    code = "link.no_code_free"
    title = {"ru": "Не нашлось свободного кода, повторите", "en": "No free code was found, try again"}


def draw_code(below: Callable[[int], int]) -> str:
    """`below(n)` draws from [0, n)."""
    return "".join(ALPHABET[below(_BASE)] for _ in range(CODE_LENGTH))


def parse_code(text: str) -> str | None:
    """The code as it is kept, typed in any case; None for what is none."""
    code = text.lower()
    return code if _CODE.fullmatch(code) else None


def tenant_code(tenant_id: UUID) -> str:
    rest, letters = tenant_id.int, list[str]()
    for _ in range(TENANT_LENGTH):
        rest, value = divmod(rest, _BASE)
        letters.append(ALPHABET[value])
    return "".join(reversed(letters))


def parse_tenant(text: str) -> UUID | None:
    """The tenant of an address; None for what is none."""
    lowered = text.lower()
    if not _TENANT.fullmatch(lowered):
        return None
    number = 0
    for letter in lowered:
        number = number * _BASE + _VALUES[letter]
    return UUID(int=number) if number < 1 << 128 else None


def example_address(public_url: str, tenant_id: UUID) -> str:
    """As long as every short address of this tenant: what is measured and shown before there is one."""
    return short_address(public_url, tenant_id, ALPHABET[-1] * CODE_LENGTH)


def short_address(public_url: str, tenant_id: UUID, code: str) -> str:
    return f"{public_url.rstrip('/')}/l/{tenant_code(tenant_id)}/{code}"
