"""How commands speak: to a person in tables and sentences, to a machine in JSON, of what went wrong in one sentence."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
import typer
from pydantic import TypeAdapter
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError
from typer.core import TyperGroup

from deploy.cli.failures import Failed
from deploy.client import Refused
from shared.db import DatabaseAway
from shared.errors import Problem

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]

_ANYTHING: Final = TypeAdapter[Any](Any)
_NO_END: Final = 10_000  # columns
_TOLD: Final = (Failed, Refused, Problem, SQLAlchemyError, RedisError, httpx.HTTPError, OSError)


class Commands(TyperGroup):
    """A group of commands whose failures are told as sentences and end with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _TOLD as error:
            console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
            console.print(sentence_for(error), style="bold red")
            raise typer.Exit(1) from error


def sentence_for(error: Exception) -> str:
    """What went wrong and what to do about it."""
    match error:
        case Problem():
            return " ".join([f"{error.title['en']}.", *_details(error)])
        case SQLAlchemyError() | DatabaseAway():
            return f"The database does not answer ({_kind(error)}): is it running, and are its settings right?"
        case RedisError():
            return f"Redis does not answer ({_kind(error)}): is it running, and is VMESTE_REDIS_URL right?"
        case httpx.HTTPError():
            return f"The API does not answer ({_kind(error)}): is it running, and is its address right?"
        case ConnectionError():
            return f"Nobody answers there ({error}): is it running, and are its settings right?"
        case _:
            return str(error)


def group(text: str) -> typer.Typer:
    """A group of commands; without one of them it shows its help."""
    return typer.Typer(cls=Commands, help=text, no_args_is_help=True, pretty_exceptions_enable=False)


def say(sentence: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(sentence)


def show_json(value: object) -> None:
    """Dataclasses, ids and moments among it."""
    told = _ANYTHING.dump_python(value, mode="json")
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], otherwise: str) -> None:
    """`otherwise` is said when there are no rows."""
    told = list(rows)
    if not told:
        say(otherwise)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column, value in zip(columns, told[0], strict=True):
        grid.add_column(column, overflow="fold", no_wrap=isinstance(value, UUID))
    for row in told:
        grid.add_row(*(Text("" if value is None else str(value)) for value in row))
    show_grid(grid)


def show_grid(grid: Table) -> None:
    """As wide as the terminal; where there is none, as wide as its widest row: a cut id is of no use to a script."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _NO_END
    console.print(grid)


def _kind(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return type(cause).__name__


def _details(problem: Problem) -> list[str]:
    told = [problem.detail, *(error.detail for error in problem.errors)]
    return [f"{detail['en']}." for detail in told if detail is not None]
