"""What a refused step says: where the thing stands, and which steps lead on from there."""

from collections.abc import Iterable
from enum import StrEnum

from shared.errors import Text


def possible_now(state: StrEnum, steps: Iterable[str], otherwise: Text) -> Text:
    """The detail of a conflict. `steps` as the API names them; `otherwise` is what to do when there are none."""
    named = ", ".join(f"`{step}`" for step in steps)
    if not named:
        return {"ru": f"Сейчас `{state}`: {otherwise['ru']}", "en": f"It is `{state}` now: {otherwise['en']}"}
    return {"ru": f"Сейчас `{state}`, возможно: {named}", "en": f"It is `{state}` now; possible: {named}"}
