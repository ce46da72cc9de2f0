"""A picture of a page: `python -m deploy.sandbox.screenshot URL OUT.png [WIDTH[xHEIGHT]]`, drawn by Debian's chromium.

OUT.webp instead is a third of the bytes. With a width alone the picture ends where the page does. For the stand-ins' page use `http://127.0.0.1:8090/?still`:
the live one never stops loading.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
SETTLING_MILLISECONDS = 6_000
LONGEST_SECONDS = 60
DEFAULT_SIZE = "1280"
LONGEST_PAGE = 8_000  # pixels
QUALITY = 88  # of WebP: small letters stay sharp
MARGIN = 28  # pixels of the page's ground that stay below the last thing on it


class ScreenshotError(RuntimeError):
    """The picture could not be taken; the message says why in one sentence."""


def take_screenshot(url: str, target: Path, size: str = DEFAULT_SIZE) -> None:
    """Draw `url` in a window of `size`, a width or WIDTHxHEIGHT, and keep it as PNG or WebP. Raises ScreenshotError."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise ScreenshotError("No chromium on this machine: `apt-get install chromium` brings it.")
    if re.fullmatch(r"\d{2,5}(x\d{2,5})?", size) is None:
        raise ScreenshotError("A size is WIDTH or WIDTHxHEIGHT, for example 1280 or 1280x1500.")
    width, _, height = size.partition("x")
    drawn = target.with_suffix(".png")  # chromium knows no other
    for old in (target, drawn):
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="vmeste-screenshot-") as profile:
        command = [
            browser,
            *QUIET,
            f"--user-data-dir={profile}",
            f"--window-size={width},{height or LONGEST_PAGE}",
            f"--virtual-time-budget={SETTLING_MILLISECONDS}",  # of the page's own clock: its requests are waited for
            f"--screenshot={drawn.resolve()}",
            url,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ScreenshotError(f"chromium did not finish within {LONGEST_SECONDS} seconds.") from error
        except subprocess.CalledProcessError as error:
            raise ScreenshotError(f"chromium ended with code {error.returncode}.") from error
    if not drawn.is_file():
        raise ScreenshotError(f"chromium drew nothing: is {url} being served?")
    if not height:
        _cut_empty_end(drawn)
    if drawn != target:
        with Image.open(drawn) as picture:
            picture.convert("RGB").save(target, quality=QUALITY, method=6)
        drawn.unlink()


def _cut_empty_end(target: Path) -> None:
    with Image.open(target) as picture:
        drawn = picture.convert("RGB")
    ground = Image.new("RGB", drawn.size, drawn.getpixel((0, drawn.height - 1)))
    box = ImageChops.difference(drawn, ground).getbbox()
    if box is None:
        raise ScreenshotError("The page is empty.")
    if box[3] == drawn.height:
        raise ScreenshotError(f"The page is longer than {LONGEST_PAGE} pixels: say a height too.")
    drawn.crop((0, 0, drawn.width, min(box[3] + MARGIN, drawn.height))).save(target, optimize=True)


def main(arguments: list[str]) -> int:
    if len(arguments) not in {2, 3}:
        print("usage: python -m deploy.sandbox.screenshot URL OUT.png [WIDTH[xHEIGHT]]", file=sys.stderr)
        return 2
    url, target, *size = arguments
    try:
        take_screenshot(url, Path(target), *size)
    except ScreenshotError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
