"""What of what people write is meant for the house and not for its staff."""

import re

_LINK_CODE = re.compile(r"VM-[0-9A-HJKMNP-TV-Z]{12}", re.ASCII)  # as the gateway gives them: Crockford's base 32
_LONGEST_CODE = 40  # with the spaces around it
_MISREAD = str.maketrans("OIL", "011")


def link_code_in(text: str | None) -> str | None:
    """The code by which somebody proves an account, when `text` is nothing else, however it was typed."""
    if text is None or len(text) > _LONGEST_CODE:
        return None
    code = text.strip().upper().translate(_MISREAD)
    return code if _LINK_CODE.fullmatch(code) else None
