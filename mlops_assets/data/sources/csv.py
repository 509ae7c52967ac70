"""Read rows from a CSV file or URL."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from mlops_assets.data.sources.archives import opened
from mlops_assets.data.sources.base import require_different
from mlops_assets.data.sources.csv_form import (
    SEPARATORS,
    CsvForm,
    encoding_of,
    is_number,
    lines_of,
    looks_like_values,
    separator_of,
    signs_of,
    title_lines,
    with_points,
)
from mlops_assets.data.sources.files import FileSource
from mlops_assets.errors import InputError, UnreadableDataError
from mlops_assets.features.columns import require_columns, to_categorical

SHOWN, MOST_SHOWN = 40, 5

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class CsvSource(FileSource):
    """A CSV file with a header line, or without one if `column_names` is set.

    For a URL, also set `sha256`: the content behind a URL can change, and only the hash makes a
    version trained today reproducible next year. Compressed files (.gz, .bz2, .xz, .zst) and
    archives of one file (.zip, .tar) are read directly.
    """

    type: Literal["csv"] = "csv"
    separator: str = Field(",", min_length=1, max_length=1, description="Column separator.")
    decimal: Literal[".", ","] = Field(".", description="Decimal sign of the numbers.")
    encoding: str = Field(
        "utf-8", description="Encoding of the text, such as utf-8, utf-16 or cp1252 (Windows)."
    )
    na_values: list[str] = Field(
        default_factory=list,
        description='Words that mean missing in every column, such as "?", besides those of '
        "`missing`.",
    )
    column_names: list[str] | None = Field(
        None, min_length=1, description="Column names, for a file without a header line."
    )
    recode: dict[str, dict[int | float | str, Any]] = Field(
        default_factory=dict,
        description="Values to replace, by column, such as {target: {2: 1, 3: 1}}.",
    )

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except (LookupError, ValueError) as error:
            raise InputError(
                seen=f"`encoding` is {encoding!r}",
                expected="an encoding that Python knows, such as utf-8, utf-16 or cp1252",
                todo="correct `encoding`",
            ) from error
        return encoding

    def load(self, settings: Settings) -> pd.DataFrame:
        """The table as read by pandas, with header and row lengths checked."""
        with self._file(settings) as file:
            return self._table(file)

    def load_parts(self, settings: Settings, rows: int) -> Iterator[pd.DataFrame]:
        """The table in parts of that many rows, each typed by its own values."""
        with self._file(settings) as file:
            yield from self._parts(file, rows)

    @contextmanager
    def _file(self, settings: Settings) -> Iterator[IO[bytes]]:
        try:
            with opened(self.local_path(settings), self.origin) as file:
                yield file
        except OSError as error:
            raise self._unreadable(str(error), InputError) from error

    def recognized(self, settings: Settings, given: CsvForm, target: str = "") -> CsvSource:
        """This source with what its file is found to be written in.

        Found are the encoding, the separator, the decimal sign and error values of spreadsheets,
        unless they are given. Raises `InputError` for lines above the names, or if there are no
        names; a `target` among them proves that there are.
        """
        with opened(self.local_path(settings), self.origin) as file:
            encoding = given.encoding or encoding_of(file)
            lines = lines_of(file, encoding)
            self._require_no_title(lines)
            separator = given.separator or separator_of(lines)
            source = self.model_copy(update={"encoding": encoding, "separator": separator})
            source = source._named(lines, given, target)
            return source.model_copy(update=signs_of(source._table(file)))

    def _require_no_title(self, lines: list[str]) -> None:
        """Raise `InputError` if other lines stand above the names."""
        if not (above := title_lines(lines)):
            return
        title = next(it.strip() for it in lines if it.strip())
        raise UnreadableDataError(
            seen=f"{self.origin} has {above} line{'s' if above > 1 else ''} above its table, such "
            f"as {title[:SHOWN]!r}; the names seem to be in line {above + 1}: "
            f"{lines[above].strip()[:SHOWN]!r}",
            expected="the names of the columns in the first line",
            todo=f"remove the first {above} lines, for example with "
            f"`tail -n +{above + 1} old.csv > new.csv`",
        )

    def _named(self, lines: list[str], given: CsvForm, target: str) -> CsvSource:
        """With the names given, or numbered ones. Raises `InputError` if there seem to be none."""
        first, *body = csv.reader(lines, delimiter=self.separator) if lines else [[]]
        if given.no_header or given.column_names:
            names = list(given.column_names) or [f"column_{n}" for n in range(1, len(first) + 1)]
            return self.model_copy(update={"column_names": names})
        is_name = target in first and not is_number(target)
        if body and not is_name and looks_like_values(first, body):
            shown = ", ".join(repr(it[:SHOWN]) for it in first[:MOST_SHOWN])
            raise UnreadableDataError(
                seen=f"the first line of {self.origin} has values, not names: {shown}",
                expected="the names of the columns in the first line",
                todo=f"give the {len(first)} names with --column-names a,b,…, or --no-header, "
                f"which calls them column_1 to column_{len(first)}",
            )
        return self

    def _table(self, file: IO[bytes]) -> pd.DataFrame:
        return next(self._parts(file, None))

    def _parts(self, file: IO[bytes], rows: int | None) -> Iterator[pd.DataFrame]:
        """The table in parts of that many rows; without a number, as one."""
        import pandas as pd

        try:
            first_line = self._first_line(file)
            self._require_header(first_line)
            file.seek(0)
            how = {**self._parsing, **self._typing(first_line), "low_memory": False}
            read = pd.read_csv(file, **how, chunksize=rows)
            yield from map(self._corrected, [read] if rows is None else read)
        except UnicodeError as error:
            raise self._no_text(error, encoding_of(file)) from error
        except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
            raise self._unreadable(str(error).strip()) from error

    def _corrected(self, table: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        # If rows have more values than names, pandas silently uses the first columns as index.
        if not isinstance(table.index, pd.RangeIndex):
            raise self._unreadable(f"its rows have more values than the {table.shape[1]} names")
        if self._labels.every and self.decimal == ",":
            table = with_points(table)
        require_columns(table, list(self.recode))
        for name, replaced in self.recode.items():
            table[name] = self._recoded(table[name], replaced)
        return table

    def missing_words(self, name: str) -> frozenset[str]:
        """The words that mean missing in the column `name`, with those of `na_values`."""
        return super().missing_words(name).union(self.na_values)

    def _typing(self, first_line: list[str]) -> dict[str, Any]:
        """How pandas reads the values: labels as text, and which words are missing."""
        header = [name or f"Unnamed: {place}" for place, name in enumerate(first_line)]
        names = self.column_names or header
        return {
            "dtype": {name: str for name in names if self._is_text(name)},
            "decimal": self.decimal,
            "na_values": {name: self.missing_words(name) for name in names},
            "keep_default_na": False,
        }

    def _is_text(self, name: str) -> bool:
        return name in self._labels or name in self.date_format

    def _recoded(self, values: pd.Series, replaced: dict[Any, Any]) -> pd.Series:
        """The column with values replaced; in a column of labels, by what their label is."""
        import pandas as pd

        if values.name not in self._labels:
            return values.replace(replaced)
        before = to_categorical(pd.Series(list(replaced), dtype=object))
        after = to_categorical(pd.Series(list(replaced.values()), dtype=object))
        return to_categorical(values).replace(dict(zip(before, after, strict=True)))

    @property
    def _parsing(self) -> dict[str, Any]:
        header = {} if self.column_names is None else {"header": None, "names": self.column_names}
        return {"sep": self.separator, "encoding": self.encoding, **header}

    def _first_line(self, file: IO[bytes]) -> list[str]:
        """The values of the first line, exactly as in the file."""
        import pandas as pd

        file.seek(0)
        how = {**self._parsing, "header": None, "names": None}
        line = pd.read_csv(file, **how, nrows=1, dtype=str, keep_default_na=False)
        return line.iloc[0].tolist()

    def _require_header(self, first_line: list[str]) -> None:
        """Raise `InputError` for repeated names, which pandas hides (a, a.1), or a wrong number."""
        if self.column_names is None:
            self._require_split(first_line)
            require_different([name for name in first_line if name.strip()], self.origin)
        elif len(first_line) != len(self.column_names):
            count = len(self.column_names)
            raise self._unreadable(f"its first line has {len(first_line)} values, not {count}")
        else:
            require_different(self.column_names, "`column_names`")

    def _require_split(self, first_line: list[str]) -> None:
        """Raise `InputError` if there is one column because the separator is another one."""
        other = next((sign for sign in SEPARATORS if sign in first_line[0]), None)
        if len(first_line) == 1 and other:
            raise UnreadableDataError(
                seen=f"{self.origin} has a single column {first_line[0]!r}",
                expected=f"names separated by {self.separator!r}",
                todo=f"set the separator of the file: `separator: {json.dumps(other)}` in "
                f"defs.yaml, --separator {json.dumps(other)} for `mlops-assets new`",
            )

    def _no_text(self, error: UnicodeError, found: str) -> InputError:
        known = found != self.encoding
        return UnreadableDataError(
            seen=f"{self.origin} is not {self.encoding.upper()} text ({error})",
            expected=f"a CSV file in {self.encoding.upper()}",
            todo=f"set `encoding{f': {found}' if known else ''}` in defs.yaml, or save it as "
            f"UTF-8, for example with `iconv -f {found.upper() if known else 'LATIN1'} -t UTF-8 "
            "old.csv > new.csv`, or, if it is Parquet, use `type: parquet`",
        )

    def _unreadable(self, why: str, kind: type[InputError] = UnreadableDataError) -> InputError:
        return kind(
            seen=f"{self.origin} could not be read: {why}",
            expected=f"{self.encoding.upper()} lines of values separated by {self.separator!r}, "
            + (f"{len(self.column_names)} per line" if self.column_names else "names first"),
            todo="check the first lines of the file; correct it, `separator` or `column_names`",
        )
