"""The line that says whose words a copy carries. Pure."""

_ELLIPSIS = "…"


def with_credit(text: str, credit: str, url: str | None, longest: int) -> str:
    """`text` as somebody else's channel shows it: with its address, if it has one, and with who wrote it.

    What is too long is cut, never whose words they are.
    """
    named = "\n\n".join(part for part in (url or "", f"Источник: {credit}") if part)
    said, room = text.strip(), longest - len(named) - len("\n\n")
    if len(said) > room:
        said = said[: room - len(_ELLIPSIS)].rstrip() + _ELLIPSIS
    return f"{said}\n\n{named}" if said else named
