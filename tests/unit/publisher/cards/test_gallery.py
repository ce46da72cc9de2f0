"""Cards look as they did when somebody last looked at them: compared small and blurred, so that no pixel is a fault."""

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from deploy.gallery import BRANDED, REFERENCES, drawn, reference_of
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate

EVERY = [(template, size) for template, rules in TEMPLATES.items() for size in rules.sizes]
MEAN, WORST = 1.5, 24  # of 255, of a channel: another encoder moves a pixel by less, a moved word by far more


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """The mean and the worst difference of a channel after a blur of two pixels."""
    blurred = [picture.convert("RGB").filter(ImageFilter.GaussianBlur(2)) for picture in (one, other)]
    apart = ImageStat.Stat(ImageChops.difference(*blurred))
    return max(apart.mean), max(high for _, high in apart.extrema)


def kept(name: str) -> Image.Image:
    with Image.open(REFERENCES / f"{name}.png") as picture:
        return picture.convert("RGB")


@pytest.mark.parametrize(("template", "size"), EVERY)
def test_a_card_looks_as_it_did(template: CardTemplate, size: CardSize) -> None:
    now = reference_of(drawn(template, size, Branding()))
    before = kept(f"{template}_{size}")
    assert now.size == before.size
    mean, worst = difference(now, before)
    assert mean <= MEAN, (mean, worst)
    assert worst <= WORST, (mean, worst)


def test_branding_looks_as_it_did() -> None:
    mean, worst = difference(reference_of(drawn(CardTemplate.JUBILEE, CardSize.POST, BRANDED)), kept("branded"))
    assert (mean <= MEAN, worst <= WORST) == (True, True)


def test_a_moved_word_and_another_colour_would_be_seen() -> None:
    """The control: the comparison is tolerant, not blind."""
    before = kept("jubilee_post")
    moved = before.copy()
    moved.paste(before.crop((60, 18, 110, 28)), (60, 30))
    assert difference(moved, before)[1] > WORST
    assert difference(kept("branded"), before)[0] > MEAN
    assert difference(kept("thanks_post"), before)[0] > MEAN
