"""The API as a command sees it: its address, and who signs in."""

import sys
from typing import Annotated, Any, Final

import typer

from deploy.cli.failures import Failed
from deploy.client import Client

Address = Annotated[
    str, typer.Option(envvar="VMESTE_PUBLIC_URL", help="Where the gateway is.", metavar="URL", show_default=True)
]
SignInName = Annotated[str, typer.Option("--as", metavar="NAME", help="Whose rights are used: a sign-in name.")]
PasswordStdin = Annotated[
    bool, typer.Option(help="Read the password from the first line of the input; else it is asked for.")
]

USUAL_ADDRESS: Final = "http://127.0.0.1:8000"


def password_of(name: str, *, stdin: bool) -> str:
    """Never an argument: those are seen in the list of processes."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise Failed("There is nobody to ask for the password: say --password-stdin.")
    word: str = typer.prompt(f"Password of {name}", hide_input=True)
    return word


async def signed_in(address: str, name: str, password: str) -> Client:
    return await Client.signed_in(address.rstrip("/"), name, password)


def is_over(job: dict[str, Any]) -> bool:
    return job["state"] in {"done", "failed"}
