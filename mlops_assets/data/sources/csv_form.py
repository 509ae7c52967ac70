"""Find out how a CSV file is written: encoding, separator, decimal sign, values for errors."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (";", "\t", "|", ",")
SAMPLE_BYTES, SAMPLE_LINES = 1 << 16, 100
CHUNK_BYTES = 1 << 20
ONE_BYTE = ("utf-8", "cp1252", "latin-1")
"""What text without zeros is tried as, one after another."""
MOST_TITLES, NEARLY_ALL = 10, 0.9
NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?", re.IGNORECASE)
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # begins like the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
WITH_COMMA = r"\s*[-+]?\d+(,\d+)?\s*"
THOUSANDS = r"\s*[-+]?\d{1,3}(,\d{3})+\s*|\s*[-+]?\d+\s*"


class CsvForm(NamedTuple):
    """What a user says about a CSV file; all else is found."""

    separator: str = ""
    encoding: str = ""
    no_header: bool = False
    column_names: tuple[str, ...] = ()


def encoding_of(file: IO[bytes]) -> str:
    """UTF-16 or UTF-32 by its mark, or by the zeros of UTF-16 without one; else UTF-8 or Windows'.

    Text that is not UTF-8 is taken for cp1252, which is Latin-1 with a few signs more, such as €.
    """
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    for mark, encoding in MARKS.items():
        if sample.startswith(mark):
            return encoding
    # In UTF-16, one byte of each pair is zero for all that is in ASCII, such as a separator.
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) > len(sample) / 8 and min(first, second) == 0:
        return "utf-16-be" if first else "utf-16-le"
    return next((it for it in ONE_BYTE if _decodes(file, it)), "utf-8")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    """Whether all of a file is text in an encoding; binary files have zeros, and text has none."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK_BYTES):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def lines_of(file: IO[bytes], encoding: str) -> list[str]:
    """The first lines of a file, with their ends; the last of many may be cut, and is left out."""
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    lines = sample.decode(encoding, errors="ignore").splitlines(keepends=True)
    whole = lines[:-1] if len(sample) == SAMPLE_BYTES and len(lines) > 1 else lines
    return whole[:SAMPLE_LINES]


def title_lines(lines: list[str]) -> int:
    """How many lines stand above the names: a title and empty lines; 0 if there are none.

    A title has one value where most lines have several, whichever sign separates them.
    """
    found = [_titles(lines, separator) for separator in SEPARATORS]
    return min((it for it in found if it is not None), default=0)


def _titles(lines: list[str], separator: str) -> int | None:
    """The lines above the names if that sign separates values; None if it does not."""
    rows = list(csv.reader(lines, delimiter=separator))
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2 or often < NEARLY_ALL * len(rows) - MOST_TITLES:
        return None
    above = 0
    while above < min(len(rows), MOST_TITLES) and _is_title(rows[above], width):
        above += 1
    return above if any(map(any, rows[:above])) and len(rows[above : above + 1]) else 0


def _is_title(row: list[str], width: int) -> bool:
    """A line with a value in its first place alone, although others have more; or an empty one."""
    first, others = (row[0].strip() if row else ""), [it for it in row[1:] if it.strip()]
    return not others and (not first or len(row) < width or width > 2)


def looks_like_values(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first line of a table is a row like the others, so that there are no names.

    It is if each column of numbers has a number there too. Names can be numbers, such as 2019 and
    2020, but then they count up.
    """
    columns = list(zip(*(row for row in body if len(row) == len(first)), strict=True))
    numeric = [n for n, column in enumerate(columns) if all(map(is_number, filter(None, column)))]
    numeric = [n for n in numeric if any(columns[n])]
    if not numeric or not all(is_number(first[n]) for n in numeric):
        return False
    names = [float(first[n].replace(",", ".")) for n in numeric]
    steps = {after - before for before, after in pairwise(names)}
    counts_up = len(steps) == 1 and steps.pop() > 0 and all(it.is_integer() for it in names)
    return not counts_up


def is_number(text: str) -> bool:
    """Whether a value of a file is a number."""
    return bool(NUMBER.fullmatch(text.strip()))


def separator_of(lines: list[str]) -> str:
    """The separator of the first lines; a comma if none can be made out."""
    try:
        found = csv.Sniffer().sniff("".join(lines), "".join(SEPARATORS)).delimiter
    except csv.Error:
        return ","
    return found if found in lines[0] else ","


def signs_of(table: pd.DataFrame) -> dict[str, Any]:
    """The fields of a CSV source for decimal commas and spreadsheet errors in a table read so far.

    A comma is a decimal sign if a column has only numbers with commas, not all of which can be
    thousands, and if no column has decimal points.
    """
    texts = {name: table[name].dropna().astype(str) for name in table.select_dtypes("object")}
    errors = any(values.isin(SPREADSHEET_ERRORS).any() for values in texts.values())
    commas = any(_has_decimal_commas(values) for values in texts.values())
    points = any(values.mod(1).any() for _, values in table.select_dtypes("float").items())
    return {
        **({"na_values": list(SPREADSHEET_ERRORS)} if errors else {}),
        **({"decimal": ","} if commas and not points else {}),
    }


def _has_decimal_commas(values: pd.Series) -> bool:
    numbers = values[~values.isin(SPREADSHEET_ERRORS)]
    if numbers.empty or not numbers.str.fullmatch(WITH_COMMA).all():
        return False
    return not numbers.str.fullmatch(THOUSANDS).all()


def with_points(table: pd.DataFrame) -> pd.DataFrame:
    """A table of text with decimal points where a column has numbers with decimal commas."""
    texts = {name: table[name].dropna().astype(str) for name in table}
    numbers = [name for name, it in texts.items() if _has_decimal_commas(it)]
    return table.assign(**{name: table[name].str.replace(",", ".") for name in numbers})
