"""The tags that Telegram's HTML mode knows, and the entities that they make."""

from deploy.sandbox.markup import FormattedText, MarkupError, parse_html, trimmed
from deploy.sandbox.networks.telegram.errors import bad_request

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def formatted(source: str, parse_mode: str | None) -> FormattedText:
    """Raises the original's 400 when the HTML does not parse."""
    if parse_mode is None:
        return trimmed(source)
    try:
        return parse_html(source, KINDS)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from error
