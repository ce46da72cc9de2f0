"""An organization's logo on its cards."""

from base64 import b64encode

LOGO_PIXELS = 320  # what a logo is scaled down to before it stands on a card


def logo_element(logo: bytes, left: float, top: float, side: float) -> str:
    """A small PNG in the middle of a square; its bytes stand in the picture itself, no file or address is named."""
    return (
        f'<image x="{left:.1f}" y="{top:.1f}" width="{side:.1f}" height="{side:.1f}" '
        f'href="data:image/png;base64,{b64encode(logo).decode()}"/>'
    )
