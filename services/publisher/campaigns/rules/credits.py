"""The line that says whose words a copy carries. Pure."""


def with_credit(text: str, credit: str, url: str | None) -> str:
    """`text` as somebody else's channel shows it: with its address, if it has one, and with who wrote it."""
    return "\n\n".join(part for part in (text.strip(), url or "", f"Источник: {credit}") if part)
