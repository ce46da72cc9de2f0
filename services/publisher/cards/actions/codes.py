"""The QR code of a link, as squares and as path data."""

from collections.abc import Sequence

import segno

QUIET = 4  # squares of empty margin that a reader needs around the code (ISO/IEC 18004)


def squares_of(link: str) -> Sequence[Sequence[bool]]:
    """Row by row, without the margin. A quarter of it may be dirty or torn off, as on a notice board."""
    code = segno.make_qr(link, error="q", boost_error=False)
    return [[bool(square) for square in row] for row in code.matrix]


def runs_of(squares: Sequence[Sequence[bool]]) -> list[tuple[int, int, int]]:
    """The dark squares as (column, row, how many side by side): no hairlines between neighbours."""
    runs: list[tuple[int, int, int]] = []
    for row, line in enumerate(squares):
        begin = 0
        for column, is_dark in enumerate((*line, False)):
            if is_dark:
                continue
            if column > begin:
                runs.append((begin, row, column - begin))
            begin = column + 1
    return runs


def code_path(link: str, left: float, top: float, side: float) -> str:
    """Path data of the code in a square of `side`, its margin included."""
    squares = squares_of(link)
    one = side / (len(squares) + 2 * QUIET)
    return "".join(
        f"M{left + (QUIET + column) * one:.3f} {top + (QUIET + row) * one:.3f}h{length * one:.3f}v{one:.3f}h{-length * one:.3f}Z"
        for column, row, length in runs_of(squares)
    )
