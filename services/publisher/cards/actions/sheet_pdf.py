"""The notice-board sheet as PDF: A4, all of it drawn as lines and letters, its text searchable and its link alive."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# reportlab's types leave some arguments open.

import io
import re
from functools import cache

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from services.publisher.cards.actions.codes import QUIET, runs_of, squares_of
from services.publisher.cards.actions.layouts import Box
from services.publisher.cards.actions.sheet import EDGE, MARGIN, SHEET, Sheet, SheetLine, band_rays, colours_of
from services.publisher.cards.actions.typefaces import Face
from services.publisher.cards.rules.colours import Palette
from services.publisher.cards.rules.texts import CardTexts

A4 = (595.2756, 841.8898)  # points: 210 x 297 mm
_UNIT = A4[0] / SHEET[0]
_WEDGE = re.compile(r"M([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)Z")


class _Page:
    """A canvas in the sheet's own units, from the top left."""

    def __init__(self, title: str, author: str) -> None:
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1, pageCompression=1, lang="ru")
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def rectangle(self, box: Box, colour: str) -> None:
        self.canvas.setFillColor(HexColor(colour))
        self.canvas.rect(*self.corner(box), box.width * _UNIT, box.height * _UNIT, stroke=0, fill=1)

    def corner(self, box: Box) -> tuple[float, float]:
        """The lower left one, in points."""
        return box.left * _UNIT, A4[1] - (box.top + box.height) * _UNIT

    def wedges(self, path: str, colour: str) -> None:
        self.canvas.setFillColor(HexColor(colour))
        drawn = self.canvas.beginPath()
        for found in _WEDGE.finditer(path):
            x, y, *others = (float(number) * _UNIT for number in found.groups())
            drawn.moveTo(x, A4[1] - y)
            for across, down in zip(others[::2], others[1::2], strict=True):
                drawn.lineTo(across, A4[1] - down)
            drawn.close()
        self.canvas.drawPath(drawn, stroke=0, fill=1)

    def line(self, line: SheetLine, colour: str) -> None:
        text = self.canvas.beginText(line.left * _UNIT, A4[1] - line.baseline * _UNIT)
        text.setFont(_registered(line.face), line.size * _UNIT)
        text.setFillColor(HexColor(colour))
        text.setCharSpace(line.tracking * _UNIT)
        text.textOut(line.text)
        self.canvas.drawText(text)

    def picture(self, content: bytes, box: Box) -> None:
        image = ImageReader(io.BytesIO(content))
        size = (box.width * _UNIT, box.height * _UNIT)
        self.canvas.drawImage(image, *self.corner(box), *size, mask="auto", preserveAspectRatio=True)


def sheet_pdf(sheet: Sheet, card: CardTexts, palette: Palette, logo: bytes) -> bytes:
    """The same bytes for the same input."""
    page = _Page(card.title, card.signed_by.union)
    width, height = SHEET
    page.rectangle(Box(0, 0, width, sheet.band), palette.disc)
    page.wedges(band_rays(sheet), palette.ground)
    page.rectangle(Box(0, sheet.band, width + 2, height - sheet.band + 1), "#ffffff")
    page.rectangle(Box(0, sheet.band, width, EDGE), palette.gilt)
    page.rectangle(Box(MARGIN, sheet.rule, width - 2 * MARGIN, 2), palette.gilt)
    if logo:
        _draw_logo(page, sheet.logo, palette, logo)
    if sheet.code is not None:
        _draw_code(page, sheet.code, card.link, palette)
    colours = colours_of(palette)
    for line in sheet.lines:
        page.line(line, colours[line.role])
    page.canvas.showPage()
    page.canvas.save()
    return page.out.getvalue()


def _draw_logo(page: _Page, box: Box, palette: Palette, logo: bytes) -> None:
    page.canvas.setFillColor(HexColor(palette.paper))
    left, bottom = page.corner(box)
    radius = box.width * _UNIT / 2
    page.canvas.circle(left + radius, bottom + radius, radius, stroke=0, fill=1)
    page.picture(logo, box.inset(box.width * 0.18, box.height * 0.18))


def _draw_code(page: _Page, box: Box, link: str, palette: Palette) -> None:
    squares = squares_of(link)
    one = box.width / (len(squares) + 2 * QUIET)
    for column, row, length in runs_of(squares):
        left, top = box.left + (QUIET + column) * one, box.top + (QUIET + row) * one
        page.rectangle(Box(left, top, length * one, one), palette.ink)
    left, bottom = page.corner(box)
    page.canvas.setStrokeColor(HexColor(palette.gilt))
    page.canvas.roundRect(left, bottom, box.width * _UNIT, box.height * _UNIT, 10 * _UNIT, stroke=1, fill=0)
    page.canvas.linkURL(link, (left, bottom, left + box.width * _UNIT, bottom + box.height * _UNIT))


@cache
def _registered(face: Face) -> str:
    pdfmetrics.registerFont(TTFont(face.name, face.path))
    return face.name
