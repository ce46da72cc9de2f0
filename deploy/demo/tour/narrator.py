"""How the tour tells what happens: chapters, plain sentences, small tables, and lines to be pasted."""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

_INDENT: Final = 3
_BAR: Final = 24  # characters of the longest bar


class Narrator:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._chapter = 0

    def chapter(self, title: str) -> None:
        self._chapter += 1
        self._console.print(f"\n[bold cyan]{self._chapter}. {escape(title)}[/]")

    def step(self, sentence: str, *, quote: str | None = None) -> None:
        """One thing that happened; `quote` is what was said or written."""
        self._console.print(Padding(f"[green]✓[/] {escape(sentence)}", (0, 0, 0, _INDENT)), highlight=False)
        if quote is not None:
            self._console.print(Padding(f"[italic]«{escape(quote)}»[/]", (0, 0, 0, _INDENT + 2)), highlight=False)

    def trouble(self, sentence: str) -> None:
        self._console.print(Padding(f"[yellow]![/] {escape(sentence)}", (0, 0, 0, _INDENT)), highlight=False)

    def look(self, where: str) -> None:
        """Where the reader can see it: an address, kept in one piece."""
        self._console.print(f"{' ' * _INDENT}[dim]→[/] ", end="")
        self._console.print(where, style="blue", markup=False, highlight=False, soft_wrap=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            table.add_row(*map(escape, row))
        self._console.print(Padding(table, (0, 0, 0, _INDENT + 2)))

    def bars(self, shares: Sequence[tuple[str, float | None]]) -> None:
        """Shares of the answers, 0 to 1; None is withheld."""
        width = max(len(label) for label, _ in shares)
        for label, share in shares:
            bar = "[dim]withheld[/]" if share is None else f"[cyan]{'█' * round(share * _BAR)}[/] {share:.0%}"
            self._console.print(f"{' ' * (_INDENT + 2)}{escape(label):<{width}}  {bar}", highlight=False)

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, highlight=False)

    def line(self, command: str) -> None:
        """To be copied whole: never wrapped by us."""
        self._console.print(command, markup=False, highlight=False, soft_wrap=True)

    def comment(self, sentence: str) -> None:
        self._console.print(f"\n# {sentence}", style="dim", markup=False, highlight=False, soft_wrap=True)
