"""Columns of pandas' other engines, as the plain columns that hold the same values."""

from __future__ import annotations

from collections.abc import Container
from math import isfinite
from typing import TYPE_CHECKING, Any

from mlops_assets.features.labels import EXACT

if TYPE_CHECKING:
    import pandas as pd

BEYOND_64_BITS = 2.0**63
NUMBERS = ("decimal", "integer", "floating", "mixed-integer-float")


def plain_columns(table: pd.DataFrame, labels: Container[str] = ()) -> pd.DataFrame:
    """`table` with NumPy's dtypes: no pyarrow, nullable or sparse columns, and no Decimal.

    Each becomes what pandas itself makes of the same values: integers with gaps float64, or
    integers in an object column if float64 cannot hold them; text and missing an object column
    with None. Decimals become float64, but stay exact in the columns of `labels`.
    """
    import pandas as pd

    plain = {
        place: _plain(values, exact=str(name) in labels)
        for place, (name, values) in enumerate(table.items())
        if _is_other(values)
    }
    if not plain:
        return table
    columns = [plain.get(place, table.iloc[:, place]) for place in range(table.shape[1])]
    return pd.concat(columns, axis=1).set_axis(table.columns, axis=1)


def _is_other(values: pd.Series) -> bool:
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        return _is_other(values.cat.categories.to_series())
    if values.dtype == object:
        return pd.api.types.infer_dtype(values) in NUMBERS
    return isinstance(values.array, _engines())


def _engines() -> tuple[type, ...]:
    from pandas import arrays

    nullable = arrays.IntegerArray, arrays.FloatingArray, arrays.BooleanArray
    texts = arrays.StringArray, arrays.ArrowStringArray
    return (*nullable, *texts, arrays.ArrowExtensionArray, arrays.SparseArray)


def _plain(values: pd.Series, *, exact: bool) -> pd.Series:
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = _plain(values.cat.categories.to_series(), exact=exact)
        return values.cat.rename_categories(pd.Index(categories))
    if isinstance(values.dtype, pd.SparseDtype):
        values = values.sparse.to_dense()
    if values.dtype != object:
        values = _of_arrow(values)
    is_numbers = values.dtype == object and pd.api.types.infer_dtype(values) in NUMBERS
    return _numbers(values) if is_numbers and not exact else values


def _of_arrow(values: pd.Series) -> pd.Series:
    """What pyarrow, which nullable columns go through too, gives pandas by default."""
    import pyarrow as pa

    found = pa.array(values)
    plain = found.to_pandas()
    if plain.dtype == float and pa.types.is_integer(found.type) and (abs(plain) >= EXACT).any():
        plain = found.to_pandas(integer_object_nulls=True)
    return plain.set_axis(values.index).rename(values.name)


def _numbers(values: pd.Series) -> pd.Series:
    """Decimals, or integers with gaps, as float64 if it can hold them.

    Whole numbers that it cannot tell apart stay exact; those beyond 64 bits become text.
    """
    import pandas as pd

    numbers = values.astype("float64")
    is_beyond = (numbers.abs() >= EXACT).any()
    if not is_beyond or not values[numbers.notna()].map(_is_whole).all():
        return numbers
    fits = (numbers.abs() < BEYOND_64_BITS) | numbers.isna()
    exact = [None if pd.isna(value) else int(value) for value in values]
    whole = pd.Series(exact, values.index, dtype=object, name=values.name)
    return whole if fits.all() else whole.map(str, na_action="ignore")


def _is_whole(value: Any) -> bool:
    return isfinite(value) and value == int(value)
