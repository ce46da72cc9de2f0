"""Reading a sheet of people as text: CSV in the encodings that offices send, or the first sheet of an XLSX.

Bounded everywhere: a file may say that it has a million rows, or unpack to a thousand times its size.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.errors import Invalid, TooLarge

MOST_BYTES: Final = 24_900_000  # 25 MB with the form around it
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 60
MOST_UNPACKED: Final = 300_000_000  # bytes; 100,000 rows of twelve columns unpack to 60 million
_MOST_PARTS: Final = 1000  # files in an XLSX
_EMPTY_ROWS: Final = 1_100_000  # the last row of a sheet is the 1,048,576th, and may be formatted
_ZIP: Final = b"PK\x03\x04"
_BEGINNING: Final = 4096  # bytes
_SAYS_ANYTHING: Final = re.compile(rb"[^\xef\xbb\xbf \t\r\n;,]")  # a sheet of nothing but separators does not
_OTHER_TEXTS: Final = (b"%PDF-", b"{\\rtf")
_DELIMITERS: Final = ";,\t"


class FileTooLarge(TooLarge):
    code = "import.file_too_large"
    title = {"ru": "Файл больше 25 МБ: разделите его", "en": "The file is larger than 25 MB: split it"}


class NotASheet(Invalid):
    code = "import.not_a_sheet"
    title = {"ru": "Это не таблица CSV или XLSX", "en": "Not a table in CSV or XLSX"}


class EmptyFile(Invalid):
    code = "import.empty"
    title = {"ru": "Файл пуст", "en": "The file is empty"}


class TooManyRows(Invalid):
    code = "import.too_many_rows"
    title = {"ru": "Больше 100 000 строк: разделите файл", "en": "More than 100,000 rows: split the file"}


class UnpacksTooLarge(Invalid):
    code = "import.unpacks_too_large"
    title = {"ru": "Файл распаковывается в слишком большой", "en": "The file unpacks to one that is too large"}


def check_looks_like_a_sheet(content: bytes) -> None:
    """What the first bytes tell at once; the rest comes out when the file is read. Raises EmptyFile, NotASheet.

    Pictures, old Excel's files and texts of two bytes a letter begin with zeros among the rest. Another character that is
    in no text spoils its row alone, wherever it stands.
    """
    if _SAYS_ANYTHING.search(content) is None:
        raise EmptyFile
    beginning = content[:_BEGINNING]
    if beginning.startswith(_ZIP):
        return
    if beginning.startswith(_OTHER_TEXTS) or b"\0" in beginning:
        raise NotASheet


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The number and the trimmed cells of every row that is not empty. Raises NotASheet, UnpacksTooLarge, TooManyRows."""
    found = 0
    for number, cells in _numbered(_xlsx(content) if content.startswith(_ZIP) else _csv(content)):
        if any(cells):
            found += 1
            if found > MOST_ROWS + 1:  # one of them is the header
                raise TooManyRows
            yield number, cells


def _numbered(rows: Iterator[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        if number > _EMPTY_ROWS:
            raise TooManyRows
        yield number, [cell.strip() for cell in row[:MOST_COLUMNS]]


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    if b"\0" in content:
        raise NotASheet
    text = io.TextIOWrapper(io.BytesIO(content), _encoding_of(content), newline="")
    header = text.readline()
    text.seek(0)
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        yield from csv.reader(text, delimiter=delimiter)
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotASheet from error


def _encoding_of(content: bytes) -> str:
    """Not everything is UTF-8, and what is not, an office wrote on Windows. Raises NotASheet."""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise NotASheet


def _xlsx(content: bytes) -> Iterator[Sequence[str]]:
    _check_unpacked(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield [_text(value) for value in row]
    # openpyxl lets out whatever a broken part of the file leads to
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        SyntaxError,
    ) as error:
        raise NotASheet from error


def _check_unpacked(content: bytes) -> None:
    """By what the archive declares: more than that is never read out of it."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise NotASheet from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnpacksTooLarge


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))  # a telephone number that Excel took for one
        case _:
            return str(value)
