"""The API as a command sees it: its address, and who signs in."""

import sys
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from deploy.cli.environment import api_address
from deploy.cli.failures import Failed
from deploy.client import Client

Address = Annotated[
    str | None,
    typer.Option(
        help="Where the gateway is.",
        metavar="URL",
        show_default="VMESTE_PUBLIC_URL, or the stack that `make up` started",
    ),
]
SignInName = Annotated[str, typer.Option("--as", metavar="NAME", help="Whose rights are used: a sign-in name.")]
PasswordStdin = Annotated[
    bool, typer.Option(help="Read the password from the first line of the input; else it is asked for.")
]


@dataclass(frozen=True)
class Account:
    """Where and as whom a command calls the API."""

    address: str
    sign_in_name: str
    password: str = field(repr=False)

    async def client(self) -> Client:
        return await Client.signed_in(self.address, self.sign_in_name, self.password)


def account_of(address: str | None, sign_in_name: str, *, stdin: bool) -> Account:
    """`address` as it was said with the command. Raises Failed."""
    where = address.rstrip("/") if address else api_address()
    return Account(where, sign_in_name, _password_of(sign_in_name, stdin=stdin))


def is_over(job: dict[str, Any]) -> bool:
    return job["state"] in {"done", "failed"}


def _password_of(name: str, *, stdin: bool) -> str:
    """Never an argument: those are seen in the list of processes."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise Failed("There is nobody to ask for the password: say --password-stdin.")
    word: str = typer.prompt(f"Password of {name}", hide_input=True)
    return word
