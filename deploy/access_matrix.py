"""Who may call what, as a document: the API document's operations against the roles of `shared.permissions`.

python -m deploy.access_matrix            write docs/access-matrix.md
python -m deploy.access_matrix --check    say whether it is what the services are
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from deploy.local.places import PROJECT
from deploy.openapi import build
from shared.permissions import MATRIX, PARTNER_SCOPES, Permission, Role

DOCUMENT: Final = PROJECT / "docs" / "access-matrix.md"
OPERATOR: Final = "operator"
_YES: Final = "●"
_HEAD: Final = """\
# Who may do what

Made from `shared/permissions.py` and the API document by `python -m deploy.access_matrix`; a test asks every cell of it
of the running services (`tests/security/test_access_matrix.py`).

A role is held at an organization and reaches everything under it. So for every operation and role there are five places
where the thing asked for may stand: in the caller's **own** organization or in a **descendant** of it, where the table
below says yes or no (403); and in an **ancestor**, a **sibling** or **another tenant**, where it is simply not there
(404). Without a token everything but the public operations is 401.

A partner's key has the scopes that it was made with, at most those in the last column, at one organization and below.
The platform's administrator (operator) makes, suspends, exports and deletes tenants, and sees nothing that is in them.
"""


def text_of(document: dict[str, Any]) -> str:
    return "\n".join([_HEAD, *_roles(), "", *_operations(document), ""])


def roles_with(permissions: frozenset[Permission]) -> frozenset[Role]:
    """The roles that hold at least one of `permissions`."""
    return frozenset(role for role, held in MATRIX.items() if held & permissions)


def _roles() -> Iterator[str]:
    yield "## Roles and permissions"
    yield ""
    yield _row("permission", *Role, "partner's key")
    yield _row("---", *[":-:" for _ in Role], ":-:")
    for permission in Permission:
        held = [_YES if permission in MATRIX[role] else "" for role in Role]
        yield _row(f"`{permission}`", *held, _YES if permission in PARTNER_SCOPES else "")


def _operations(document: dict[str, Any]) -> Iterator[str]:
    by_tag: defaultdict[str, list[str]] = defaultdict(list)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            by_tag[operation["tags"][0]].append(_operation(method, path, operation))
    yield "## Operations"
    for tag in sorted(by_tag):
        yield ""
        yield f"### {tag}"
        yield ""
        yield _row("operation", "", "who", *Role, "partner's key")
        yield _row("---", "---", "---", *[":-:" for _ in Role], ":-:")
        yield from sorted(by_tag[tag])


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    names: list[str] = operation.get("x-permissions", [])
    if names == [OPERATOR]:
        who, held, key = "the platform's administrator", frozenset[Role](), False
    elif names:
        permissions = frozenset(map(Permission, names))
        who, held = " or ".join(f"`{name}`" for name in names), roles_with(permissions)
        key = bool(permissions & PARTNER_SCOPES)
    elif operation["security"]:
        who, held, key = "any person, what is their own", frozenset(Role), False
    else:
        who, held, key = "anybody", frozenset(Role), True
    cells = [_YES if role in held else "" for role in Role]
    return _row(f"`{operation['operationId']}`", f"{method.upper()} {path}", who, *cells, _YES if key else "")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    text = text_of(build())
    if sys.argv[1:] == ["--check"]:
        if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            sys.exit("docs/access-matrix.md is not what the services are; run `make openapi`.")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
