"""One OpenAPI document of all services: what clients are generated from and what /docs shows.

python -m deploy.openapi            write docs/openapi.json
python -m deploy.openapi --check    say whether it is what the services are

Every schema is named and titled after its service (`PublisherChannelView`), so that two services may each have a
`View` of their own; what the platform says the same way everywhere (`Problem`) stands once. Operation ids and paths
are unique or the document is refused.
"""

import importlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from cryptography.fernet import Fernet
from fastapi import FastAPI

from deploy import openapi_edge, openapi_samples, openapi_webhooks
from deploy.local.places import PROJECT
from deploy.openapi_tags import DESCRIPTIONS
from shared.contracts import ServiceName
from shared.identity import encode_public, private_key

Json = dict[str, Any]

DOCUMENT: Final = PROJECT / "docs" / "openapi.json"
COMMON: Final = frozenset({"Problem"})
_REFERENCE: Final = "#/components/schemas/"
_IN_A_ROOM: Final = re.compile(r"services__[a-z]+__([a-z]+)__(?:[a-z_]+__)*([A-Z][A-Za-z]*)")
_PARTS: Final = ("schemas", "headers", "securitySchemes")
_DESCRIPTION: Final = """\
Vmeste is the headless backend with which a trade union speaks, answers and listens in social networks.

Sign in at `/v1/auth/login`, send the access token as `Authorization: Bearer ...`. Lists are read page by page with
`limit` and `after`. Errors are `application/problem+json`: branch on `code`; `title` and `detail` follow
`Accept-Language` (ru, en). `Idempotency-Key` on a POST makes its repetition harmless. What can be changed carries an
`ETag`; send it back as `If-Match` and a change in between is answered 412.

Partners send a key (`Authorization: Bearer vmk_...`); every answer to one carries `RateLimit` and `RateLimit-Policy`.
What webhooks are sent stands under `webhooks` in this document. What changed, version by version, is in `docs/changelog.md`.\
"""


class Ambiguous(Exception):
    """Two services claim the same path or operation id."""


def build() -> Json:
    """The document, from the applications as they are in the code. Nothing is connected to."""
    return merge({service: application(service).openapi() for service in ServiceName})


def merge(documents: Mapping[ServiceName, Json]) -> Json:
    """Raises Ambiguous."""
    merged: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Vmeste",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "the gateway that this document came from"}],
        "tags": [],
        "paths": {},
        "webhooks": openapi_webhooks.webhooks(),
        "components": {part: {} for part in _PARTS},
    }
    operations: set[str] = set()
    for service, document in documents.items():
        own = _renamed(document, service)
        for path, item in own["paths"].items():
            ids = {operation["operationId"] for operation in item.values()}
            if path in merged["paths"] or ids & operations:
                raise Ambiguous(path, sorted(ids & operations))
            operations |= ids
            merged["paths"][path] = {method: _summarised(operation) for method, operation in item.items()}
        for part in _PARTS:
            merged["components"][part] |= own["components"].get(part, {})
    merged["tags"] = [{"name": tag, "description": DESCRIPTIONS[tag]} for tag in dict.fromkeys(_tags(merged))]
    openapi_edge.describe(merged)
    openapi_samples.share(merged)
    merged["components"]["schemas"] |= openapi_webhooks.schemas()
    merged["components"]["schemas"] = dict(sorted(merged["components"]["schemas"].items()))
    return merged


def name_of(schema: str, service: ServiceName) -> str:
    """`Page_LinkView_` of the publisher is `PublisherLinkViewPage`.

    Of two models with one name FastAPI says the modules too: `services__gateway__consents__rules__ledger__Way` is
    `GatewayConsentsWay`, after its room.
    """
    if schema in COMMON:
        return schema
    schema = _IN_A_ROOM.sub(lambda found: found[1].capitalize() + found[2], schema)
    generic, *arguments = [part[0].upper() + part[1:] for part in schema.split("_") if part]
    return service.capitalize() + "".join(arguments) + generic


def text_of(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def application(service: ServiceName) -> FastAPI:
    """A service's application with settings that lead nowhere."""
    main = importlib.import_module(f"services.{service}.main")
    module = importlib.import_module(f"services.{service}.settings")
    kind: Any = getattr(module, f"{service.capitalize()}Settings")
    create: Any = main.create_rooms if service is ServiceName.GATEWAY else main.create_app
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    settings = kind(
        database_url="postgresql://nobody@127.0.0.1/nowhere",
        redis_url="redis://127.0.0.1:1",
        media_url=Path(tempfile.gettempdir()).as_uri(),
        identity_public_keys=encode_public(private_key(key).public_key()),
        encryption_keys=Fernet.generate_key().decode(),
        signing_keys=key,
    )
    app: FastAPI = create(settings)
    return app


def _renamed(document: Json, service: ServiceName) -> Json:
    names = {name: name_of(name, service) for name in document["components"]["schemas"]}
    renamed: Json = _with_references(document, names)
    schemas: Json = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {
        names[name]: {**schema, "title": names[name]} for name, schema in schemas.items()
    }
    return renamed


def _with_references(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        items = cast("Json", part)  # it came out of JSON
        return {
            key: _reference(value, names) if key == "$ref" else _with_references(value, names)
            for key, value in items.items()
        }
    if isinstance(part, list):
        return [_with_references(value, names) for value in cast("list[Any]", part)]  # as above
    return part


def _reference(target: str, names: Mapping[str, str]) -> str:
    return _REFERENCE + names[target.removeprefix(_REFERENCE)] if target.startswith(_REFERENCE) else target


def _summarised(operation: Json) -> Json:
    """The first sentence of the description is the summary, in place of the function's name taken apart."""
    sentence = str(operation.get("description", operation["operationId"])).split("\n\n")[0].replace("\n", " ")
    return {**operation, "summary": sentence.split(". ")[0].rstrip(".")}


def _tags(document: Json) -> Iterator[str]:
    for item in document["paths"].values():
        for operation in item.values():
            yield from operation.get("tags", [])


def main() -> None:
    text = text_of(build())
    if sys.argv[1:] == ["--check"]:
        if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            sys.exit("docs/openapi.json is not what the services are; run `make openapi`.")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
