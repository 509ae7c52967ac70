"""Find out how a CSV file is written: encoding, separator, decimal sign, values for errors."""

from __future__ import annotations

import codecs
import csv
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (";", "\t", "|", ",")
SAMPLE_BYTES, SAMPLE_LINES = 1 << 16, 100
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # begins like the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
WITH_COMMA = r"\s*[-+]?\d+(,\d+)?\s*"
THOUSANDS = r"\s*[-+]?\d{1,3}(,\d{3})+\s*|\s*[-+]?\d+\s*"


def encoding_of(file: IO[bytes]) -> str:
    """UTF-16 or UTF-32 by its mark, or by the zeros of UTF-16 without one; else UTF-8."""
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    for mark, encoding in MARKS.items():
        if sample.startswith(mark):
            return encoding
    # In UTF-16, one byte of each pair is zero for all that is in ASCII, such as a separator.
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) > len(sample) / 8 and min(first, second) == 0:
        return "utf-16-be" if first else "utf-16-le"
    return "utf-8"


def separator_of(file: IO[bytes], encoding: str) -> str:
    """The separator of the first lines; a comma if none can be made out."""
    file.seek(0)
    text = file.read(SAMPLE_BYTES).decode(encoding, errors="ignore")
    lines = text.splitlines(keepends=True)[:SAMPLE_LINES]
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
