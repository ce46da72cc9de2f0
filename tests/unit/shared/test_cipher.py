"""Encryption at rest: any of the keys reads, the newest writes, a changed text is refused."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from shared.cipher import Cipher, UnreadableCiphertext

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@given(st.text(max_size=200))
def test_what_is_encrypted_is_read_again(text: str) -> None:
    cipher = Cipher(NEW)
    assert cipher.decrypt(cipher.encrypt(text)) == text


def test_the_text_does_not_show_and_two_times_do_not_look_alike() -> None:
    cipher = Cipher(NEW)
    first, second = cipher.encrypt("123456:токен"), cipher.encrypt("123456:токен")
    assert first != second
    assert "123456" not in first


def test_keys_rotate() -> None:
    written_before = Cipher(OLD).encrypt("токен")
    both = Cipher(f" {NEW}, {OLD},")
    assert both.decrypt(written_before) == "токен"
    assert Cipher(NEW).decrypt(both.encrypt("токен")) == "токен"


def test_without_its_key_a_text_is_useless() -> None:
    with pytest.raises(UnreadableCiphertext):
        Cipher(NEW).decrypt(Cipher(OLD).encrypt("токен"))


@pytest.mark.parametrize("text", ["", "not a token", "gAAAAA" + "A" * 94, "текст"])
def test_what_was_never_encrypted_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableCiphertext):
        Cipher(NEW).decrypt(text)


def test_a_changed_text_is_unreadable() -> None:
    text = Cipher(NEW).encrypt("токен")
    with pytest.raises(UnreadableCiphertext):
        Cipher(NEW).decrypt(text[:40] + ("A" if text[40] != "A" else "B") + text[41:])


def test_each_purpose_has_a_key_of_its_own() -> None:
    cipher = Cipher(f"{NEW},{OLD}")
    assert cipher.derive("links") == Cipher(NEW).derive("links")
    assert cipher.derive("links") != cipher.derive("hooks")
    assert cipher.derive("links") != Cipher(OLD).derive("links")
    assert len(cipher.derive("links")) == 32


def test_without_keys_there_is_no_cipher() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Cipher(" , ")
