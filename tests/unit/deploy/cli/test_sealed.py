"""Tokens are found wherever they stand, and nothing else is touched."""

import json

from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.backups.manifest import mark_of, marks_of
from deploy.cli.sealed import Found, Keys

OLD, NEW, LOST = (Fernet.generate_key() for _ in range(3))
BOTH = f"{NEW.decode()}, {OLD.decode()}"

plain = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(plain)
def test_what_holds_no_token_stays_as_it_is(content: str) -> None:
    found = Found()
    assert Keys(BOTH).renew(content, found) == content
    assert found == Found()


@given(st.lists(plain, min_size=1, max_size=4))
def test_every_token_of_a_json_value_is_renewed(secrets: list[str]) -> None:
    value = {"list": [Fernet(OLD).encrypt(secret.encode()).decode() for secret in secrets], "рядом": "x"}
    found = Found()
    renewed = json.loads(Keys(BOTH).renew(json.dumps(value, ensure_ascii=False), found))
    assert found == Found(renewed=len(secrets))
    assert [Fernet(NEW).decrypt(token.encode()).decode() for token in renewed["list"]] == secrets
    assert renewed["рядом"] == "x"


def test_renewing_again_changes_nothing_and_a_lost_key_is_counted() -> None:
    current, lost = (Fernet(key).encrypt(b"x").decode() for key in (NEW, LOST))
    found = Found()
    content = f"{current} {lost}"
    assert Keys(BOTH).renew(content, found) == content
    assert found == Found(current=1, unreadable=1)


def test_a_mark_tells_keys_apart_and_nothing_of_them() -> None:
    assert marks_of(BOTH) == [mark_of(NEW.decode()), mark_of(OLD.decode())]
    assert mark_of(NEW.decode()) != mark_of(OLD.decode())
    assert all(NEW.decode()[start : start + 6] not in mark_of(NEW.decode()) for start in range(38))
