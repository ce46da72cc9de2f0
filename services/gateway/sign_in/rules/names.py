"""Sign-in names and passwords: what is accepted, and how it is kept."""

import unicodedata
from typing import Final

from services.gateway.sign_in.rules.problems import WeakPassword
from shared.errors import BrokenRule

PASSWORD_LENGTH: Final = 10
PASSWORD_LONGEST: Final = 200
NAME_LONGEST: Final = 200
_NOT_IN_NAMES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def normal_name(name: str) -> str:
    """How a sign-in name is kept and looked up: letter case and look-alike forms of a character do not matter."""
    folded = unicodedata.normalize("NFKC", name.strip()).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def check_name(name: str) -> str:
    """Raises BrokenRule for a name with spaces or with what nobody sees: two names that look alike would be two."""
    if any(unicodedata.category(character) in _NOT_IN_NAMES for character in normal_name(name)):
        raise BrokenRule("invisible", {"ru": "Без пробелов и невидимых знаков", "en": "No spaces, nothing invisible"})
    return name


def check_password(password: str, sign_in_name: str) -> None:
    """Raise WeakPassword. Length is what counts (NIST SP 800-63B); a repeated character or one's own name is none."""
    if len(password) < PASSWORD_LENGTH or len(set(password)) < PASSWORD_LENGTH // 2:
        raise WeakPassword(
            {
                "ru": f"Не короче {PASSWORD_LENGTH} знаков и не из одних повторов",
                "en": f"At least {PASSWORD_LENGTH} characters, not mere repetition",
            }
        )
    if normal_name(password) == normal_name(sign_in_name):
        raise WeakPassword({"ru": "Пароль совпадает с именем входа", "en": "The password is the sign-in name"})
