"""Read rows from a CSV file or URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.data.sources.base import require_different
from mlops_assets.data.sources.checksum import require_file
from mlops_assets.data.sources.files import FileSource
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_categorical

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


OTHER_SEPARATORS = (";", "\t", "|", ",")


class CsvSource(FileSource):
    """A CSV file in UTF-8 with a header line, or without one if `column_names` is set.

    For a URL, also set `sha256`: the content behind a URL can change, and only the hash makes a
    version trained today reproducible next year. Compressed files (.gz, .zip, .bz2, .xz) are read
    directly.
    """

    type: Literal["csv"] = "csv"
    separator: str = Field(",", min_length=1, max_length=1, description="Column separator.")
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

    def load(self, settings: Settings) -> pd.DataFrame:
        """The table as read by pandas, with header and row lengths checked."""
        import pandas as pd

        path = self.local_path(settings)
        require_file(path)
        try:
            first_line = self._first_line(path)
            self._require_header(first_line)
            table = pd.read_csv(path, **self._parsing, **self._typing(first_line), low_memory=False)
        except UnicodeDecodeError as error:
            raise self._no_text(error) from error
        except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
            raise self._unreadable(str(error).strip()) from error
        except (OSError, EOFError) as error:
            raise self._unreadable(str(error)) from error
        # If rows have more values than names, pandas silently uses the first columns as index.
        if not isinstance(table.index, pd.RangeIndex):
            raise self._unreadable(f"its rows have more values than the {table.shape[1]} names")
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
            "dtype": {name: str for name in names if name in self._labels},
            "na_values": {name: self.missing_words(name) for name in names},
            "keep_default_na": False,
        }

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
        return {"sep": self.separator, **header}

    def _first_line(self, path: Path) -> list[str]:
        """The values of the first line, exactly as in the file."""
        import pandas as pd

        line = pd.read_csv(
            path, sep=self.separator, header=None, nrows=1, dtype=str, keep_default_na=False
        )
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
        other = next((sign for sign in OTHER_SEPARATORS if sign in first_line[0]), None)
        if len(first_line) == 1 and other:
            raise InputError(
                seen=f"{self.origin} has a single column {first_line[0]!r}",
                expected=f"names separated by {self.separator!r}",
                todo=f"set the separator of the file: `separator: {json.dumps(other)}` in "
                f"defs.yaml, --separator {json.dumps(other)} for `mlops-assets new`",
            )

    def _no_text(self, error: UnicodeDecodeError) -> InputError:
        return InputError(
            seen=f"{self.origin} is not UTF-8 text ({error})",
            expected="a CSV file in UTF-8",
            todo="save it as UTF-8, for example with `iconv -f LATIN1 -t UTF-8 old.csv > new.csv`, "
            "or, if it is Parquet, use `type: parquet`",
        )

    def _unreadable(self, why: str) -> InputError:
        return InputError(
            seen=f"{self.origin} could not be read: {why}",
            expected=f"UTF-8 lines of values separated by {self.separator!r}, "
            + (f"{len(self.column_names)} per line" if self.column_names else "names first"),
            todo="check the first lines of the file; correct it, `separator` or `column_names`",
        )
