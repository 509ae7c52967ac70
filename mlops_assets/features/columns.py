"""Column roles, and the conversion of raw columns to the types that every kind is fitted on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.conversion import EXAMPLES, MISSING_WORDS, require_finite
from mlops_assets.features.dates import to_date
from mlops_assets.features.labels import as_integers, class_names, label_texts

if TYPE_CHECKING:
    import pandas as pd

Role = Literal["numeric", "categorical", "boolean", "date", "text"]

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "on", "1", "1.0"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "off", "0", "0.0"})


class Columns(BaseModel):
    """The feature columns by role. The model does not use columns that are not listed here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numeric: list[str] = Field(default_factory=list, description="Numeric quantities.")
    categorical: list[str] = Field(
        default_factory=list, description="Categories from a limited set of labels."
    )
    boolean: list[str] = Field(
        default_factory=list, description="Yes or no: true/false, yes/no, on/off, 1/0."
    )
    date: list[str] = Field(default_factory=list, description="Dates or timestamps.")
    text: list[str] = Field(default_factory=list, description="Free text.")

    def roles(self) -> Iterator[tuple[str, Role]]:
        """Every feature column with its role, grouped by role in a fixed order."""
        for role in get_args(Role):
            for name in getattr(self, role):
                yield name, role

    @property
    def names(self) -> list[str]:
        """The feature columns, in a fixed order."""
        return [name for name, _ in self.roles()]

    def joined(self, others: Columns) -> Columns:
        """These columns and the `others`."""
        return Columns.model_validate(
            {role: [*names, *getattr(others, role)] for role, names in self}
        )

    def without(self, names: Collection[str]) -> Columns:
        """The same roles without the columns in `names`."""
        kept = {role: [it for it in values if it not in names] for role, values in self}
        return Columns.model_validate(kept)


def nearest(name: str, names: list[str]) -> str:
    """A hint for a mistyped name: `; the nearest name is 'target'`, or ""."""
    written = {str(n).lower(): str(n) for n in names}
    close = get_close_matches(name.lower(), written, n=1, cutoff=0.4)
    return f"; the nearest name is {written[close[0]]!r}" if close else ""


def require_columns(table: pd.DataFrame, names: list[str]) -> None:
    """Raise `InputError` for the first column of `names` that is missing from `table`."""
    existing = list(map(str, table.columns))
    for name in names:
        if name not in existing:
            raise InputError(
                seen=f"no column {name!r} among {existing}{nearest(name, existing)}",
                expected=f"a column named {name!r}",
                todo="correct the name in defs.yaml, or add the column to the source",
            )


def typed_features(
    table: pd.DataFrame, columns: Columns, *, masked: Collection[str] = ()
) -> pd.DataFrame:
    """Convert the feature columns to one dtype per role, ready for a kind's preprocessing.

    numeric and boolean become float64 (NaN where missing), categorical becomes str or None,
    date becomes naive datetime64[ns] in UTC, text becomes str ("" where missing).
    Raises `InputError` if a column is missing or its values do not fit its role; the message
    shows no values of `masked` columns.
    """
    import pandas as pd

    require_columns(table, columns.names)
    typed = {
        name: _converted(table[name], role, masked=name in masked) for name, role in columns.roles()
    }
    return pd.DataFrame(typed, index=table.index)


def _converted(values: pd.Series, role: Role, *, masked: bool) -> pd.Series:
    convert = {
        "numeric": to_numeric,
        "categorical": to_categorical,
        "boolean": to_boolean,
        "date": to_date,
        "text": to_text,
    }
    try:
        return convert[role](values)
    except InputError as error:
        if not masked:
            raise
        seen = error.seen.partition(EXAMPLES)[0]
        raise InputError(seen=seen, expected=error.expected, todo=error.todo) from None


def to_numeric(values: pd.Series) -> pd.Series:
    """Convert to float64, NaN where missing. Raises `InputError` for non-numbers and infinity."""
    numbers = as_numbers(values)
    require_finite(values, numbers)
    return numbers


def as_numbers(values: pd.Series) -> pd.Series:
    """Convert like `to_numeric`, but allow infinity."""
    import pandas as pd

    is_time = isinstance(values.dtype, pd.DatetimeTZDtype) or values.dtype.kind in "mM"
    written = values.astype("string") if is_time else _blank_to_missing(values)
    numbers = pd.to_numeric(written, errors="coerce").astype("float64")
    _require_converted(values, numbers, "numeric", "numbers")
    return numbers


def to_boolean(values: pd.Series) -> pd.Series:
    """Convert to 1.0, 0.0 or NaN. Raises `InputError` for values that are neither yes nor no."""
    words = values.astype("string").str.strip().str.lower()
    flags = words.map({**dict.fromkeys(TRUE_WORDS, 1.0), **dict.fromkeys(FALSE_WORDS, 0.0)})
    flags = flags.astype("float64")
    _require_converted(values, flags, "boolean", "true or false, yes or no, 1 or 0")
    return flags


def to_categorical(values: pd.Series) -> pd.Series:
    """Convert to str labels, None where missing (see `features/labels.py`): 1 and 1.0 are `1`.

    Raises `InputError` for infinite numbers.
    """
    from pandas.api import types

    if types.is_float_dtype(values):
        require_finite(values, values.astype("float64"))
    return label_texts(values)


def to_text(values: pd.Series) -> pd.Series:
    """Convert to str, "" where missing. Numbers are written as labels: 1 and 1.0 are `1`."""
    return label_texts(values).fillna("")


def to_labels(values: pd.Series) -> pd.Series:
    """Convert to class labels: int64 if all are whole numbers, else str, None where missing.

    True is 1 and False is 0, as booleans and as text. Raises `InputError` for infinite numbers.
    """
    names = class_names(to_categorical(values))
    numbers = as_integers(names)
    return names if numbers is None else numbers


def _blank_to_missing(values: pd.Series) -> pd.Series:
    if values.dtype != object and str(values.dtype) not in ("string", "category"):
        return values
    words = values.astype("string").str.strip().str.lower()
    return values.astype(object).where(~words.isin(MISSING_WORDS).fillna(True), None)


def _require_converted(before: pd.Series, after: pd.Series, role: Role, expected: str) -> None:
    lost = after.isna() & _blank_to_missing(before).notna()
    if lost.any():
        examples = before[lost].astype(str).unique()[:3].tolist()
        raise InputError(
            seen=f"column {before.name!r} has {int(lost.sum())} of {len(before)} values that are "
            f"not valid {role} values{EXAMPLES}{examples}",
            expected=f"only {expected}, or nothing",
            todo=f"clean the values, or give {before.name!r} another role in defs.yaml "
            "(categorical or text)",
        )
