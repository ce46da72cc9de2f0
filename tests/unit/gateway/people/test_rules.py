"""How people are called."""

import pytest

from services.gateway.people.rules import display_name


@pytest.mark.parametrize(
    ("additional", "whole"), [("Петровна", "Иванова Мария Петровна"), (None, "Иванова Мария"), ("", "Иванова Мария")]
)
def test_a_name_is_written_family_name_first(additional: str | None, whole: str) -> None:
    assert display_name("Иванова", "Мария", additional) == whole
