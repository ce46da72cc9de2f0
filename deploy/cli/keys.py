"""`vmeste keys`: of the platform's administrators, for signing, and for what is encrypted at rest."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar
from uuid import UUID

import typer
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.progress import Progress

from deploy.cli.console import Json, group, say, show_json, show_table
from deploy.cli.environment import at_rest_settings, gateway_settings, owner_settings
from deploy.cli.failures import Failed
from deploy.cli.sealed import reencrypt
from services.gateway.runtime import GatewayRuntime, open_gateway_runtime
from services.gateway.sign_in.actions import create_operator_key, list_operator_keys, revoke_operator_key
from shared.errors import NotFound
from shared.identity import encode_public
from shared.storage import Storage

T = TypeVar("T")
_LONGEST_LABEL: Final = 100

app = group("Keys: of operators, for signing, for encryption.")
operator = group("Keys of the platform's administrators: /v1/tenants asks for one.")
encryption = group("Keys for what is encrypted in the database.")
app.add_typer(operator, name="operator")
app.add_typer(encryption, name="encryption")

_SIGNING_ORDER = """\
Exchange keys in this order, and no request fails:
1. Everywhere, add the public key to VMESTE_IDENTITY_PUBLIC_KEYS (comma separated), and restart all services.
2. At the gateway, put the private key last in VMESTE_GATEWAY_SIGNING_KEYS: it is published, and does not sign yet.
3. After an hour, put it first: from now on it signs.
4. After another quarter of an hour, when no token of the old key is good any more, take the old key out of both."""

_ENCRYPTION_ORDER = """\
Exchange keys in this order, and nothing becomes unreadable:
1. Everywhere, put the new key first in VMESTE_ENCRYPTION_KEYS (comma separated), and restart all services.
2. Run `vmeste keys encryption rotate`: what is at rest is encrypted anew.
3. Make a backup. The old key opens only the backups made before: keep it apart from them as long as they are kept.
4. After an hour, when no message on its way is under it any more, take the old key out of VMESTE_ENCRYPTION_KEYS. Links that were signed before step 1 are no longer good."""


async def _with_gateway(work: Callable[[GatewayRuntime], Awaitable[T]]) -> T:
    runtime = open_gateway_runtime(gateway_settings())
    try:
        return await work(runtime)
    finally:
        await runtime.close()


@operator.command("create")
def create_operator(
    label: Annotated[str, typer.Argument(help="Whose it is: a name that you will know again.")],
    *,
    as_json: Json = False,
) -> None:
    """Make a key of the platform's administrator. It is shown now and never again."""
    label = label.strip()
    if not 0 < len(label) <= _LONGEST_LABEL or not label.isprintable():
        raise Failed(
            f"Say whose key it is, in one line of 1 to {_LONGEST_LABEL} characters: a nameless key is not known again."
        )
    key, text = asyncio.run(_with_gateway(lambda runtime: create_operator_key(runtime, label)))
    if as_json:
        show_json({"id": key.id, "label": key.label, "key": text})
        return
    say(f"Key {key.id} of {label}. It is shown this once:")
    say(text)
    say("Send it as Authorization: Bearer <key>. `vmeste keys operator revoke` ends it.")


@operator.command("list")
def list_operators(*, as_json: Json = False) -> None:
    """Show who has a key; never the keys."""
    keys = asyncio.run(_with_gateway(list_operator_keys))
    if as_json:
        show_json(keys)
        return
    rows = [
        (key.id, key.label, f"{key.created_at:%Y-%m-%d}", f"{key.revoked_at:%Y-%m-%d}" if key.revoked_at else "")
        for key in keys
    ]
    show_table(("key", "whose", "made", "revoked"), rows, "No operator has a key: `vmeste keys operator create`.")


@operator.command("revoke")
def revoke_operator(key_id: Annotated[UUID, typer.Argument(help="From the list.", show_default=False)]) -> None:
    """End a key; the next request with it is refused."""
    try:
        asyncio.run(_with_gateway(lambda runtime: revoke_operator_key(runtime, key_id)))
    except NotFound as error:
        raise Failed(f"No operator's key has the id {key_id}: see `vmeste keys operator list`.") from error
    say(f"Revoked: {key_id}.")


@app.command()
def signing(*, as_json: Json = False) -> None:
    """Draw a key pair for signing tokens, and say in which order to exchange it."""
    key = Ed25519PrivateKey.generate()
    private, public = base64.urlsafe_b64encode(key.private_bytes_raw()).decode(), encode_public(key.public_key())
    if as_json:
        show_json({"private": private, "public": public})
        return
    say(f"private  {private}\npublic   {public}\n\n{_SIGNING_ORDER}")


@encryption.command()
def new(*, as_json: Json = False) -> None:
    """Draw a key for encryption at rest, and say in which order to exchange it."""
    key = Fernet.generate_key().decode()
    if as_json:
        show_json({"key": key})
        return
    say(f"key  {key}\n\n{_ENCRYPTION_ORDER}")


@encryption.command()
def rotate(*, as_json: Json = False) -> None:
    """Encrypt all that is at rest with the newest key. Safe to repeat, and while everything runs.

    Exit code 1 when something cannot be read with any of the keys; it is left as it is.
    """
    at_rest = at_rest_settings()
    keys, storage = at_rest.encryption_keys.get_secret_value(), Storage(at_rest.media_url)
    owner_url = owner_settings().database_url.get_secret_value()
    with Progress(disable=as_json) as progress:
        task = progress.add_task("encrypting anew", total=None)
        done = asyncio.run(
            reencrypt(
                owner_url, keys, storage, lambda number, total: progress.update(task, completed=number, total=total)
            )
        )
    if as_json:
        show_json(done)
    else:
        say(
            f"Encrypted anew: {done.renewed}; under the newest key already: {done.current}; unreadable: {done.unreadable}."
        )
    if done.unreadable:
        raise Failed(f"{done.unreadable} values need a key that is not in VMESTE_ENCRYPTION_KEYS: add it, and repeat.")
