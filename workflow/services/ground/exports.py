"""Tables for spreadsheets: CSV and XLSX in which no text of a user can become a formula."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Format = Literal["csv", "xlsx"]
MAX_ROWS = 100_000
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_CELL = 32_000
"""A little less than what a spreadsheet's cell holds."""
_FLUSH = 64 * 1024
_IN_MEMORY = 4 << 20

Row = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file to be downloaded; `chunks` is read once and holds its transaction until its end."""

    filename: str
    media_type: str
    rows: int
    chunks: Iterator[bytes]


def neutralised(text: str) -> str:
    """The text with a leading apostrophe where a spreadsheet would otherwise read a formula out of a CSV file."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def table(format: Format, header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as a file, piece by piece."""
    return _csv(header, rows) if format == "csv" else _xlsx(header, rows)


def _csv(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, without which Excel takes it for the machine's old code page."""
    buffer = io.StringIO(newline="")
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([neutralised(text) for text in row])
        if buffer.tell() >= _FLUSH:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _xlsx(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.append(list(header))
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_CELL])
            cell.data_type = "s"  # a text that begins with = would otherwise be a formula
            cells.append(cell)
        sheet.append(cells)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_FLUSH):
            yield chunk
