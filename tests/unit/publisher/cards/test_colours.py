"""Every accent makes a legible card."""

import colorsys
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.cards.rules.colours import LEAST_CONTRAST, BadAccent, Branding, contrast, palette_of

ACCENTS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(accent=ACCENTS)
def test_every_text_is_legible_on_its_surface(accent: str) -> None:
    palette = palette_of(Branding(accent))
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in vars(palette).values())
    pairs = [
        (palette.on_ground, palette.disc),
        (palette.gilt_on_ground, palette.disc),
        (palette.heading, palette.paper),
        (palette.ink, palette.paper),
        (palette.muted, palette.paper),
    ]
    assert [pair for pair in pairs if contrast(*pair) < LEAST_CONTRAST] == []


@given(accent=ACCENTS)
def test_paper_stands_out_from_the_ground(accent: str) -> None:
    palette = palette_of(Branding(accent))
    assert all(contrast(palette.paper, surface) >= 4 for surface in (palette.ground, palette.ground_deep, palette.ray))


@given(hue=st.floats(0.5, 0.9))
def test_the_ground_keeps_the_accents_hue(hue: float) -> None:
    accent = "#" + "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, 0.4, 0.6))
    ground = palette_of(Branding(accent)).ground
    ground_hue, _, _ = colorsys.rgb_to_hls(*(int(ground[start : start + 2], 16) / 255 for start in (1, 3, 5)))
    assert abs(ground_hue - hue) < 0.06


@pytest.mark.parametrize("accent", ["", "#fff", "red", "1F4E79", "#1F4E7G", "#1F4E79\n", '#1F4E79"/>', "url(#a)"])
def test_only_six_hexadecimal_digits_are_a_colour(accent: str) -> None:
    with pytest.raises(BadAccent):
        Branding(accent)


def test_contrast_is_that_of_the_recommendation() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1
