"""Cells that a spreadsheet shows as text, whatever they begin with."""

from typing import Final

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(value: object) -> str:
    """What a program of the reader's would take for a formula gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
