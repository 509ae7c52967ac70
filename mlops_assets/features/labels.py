"""One text per label, whatever column, file or library the value comes from.

The text of a value depends on the value alone, never on the other rows of its table:

- text stays as it stands, `01234` and `1E3` too; but whole numbers are written one way, so that
  `2.0`, which a column of integers with gaps becomes, is `2`;
- `true`, `TRUE` and `True` are `True`, like a boolean, and `False` likewise;
- a number that is whole is written like an integer, a midnight like its day;
- nothing, and text of blanks alone, is missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

WHOLE = r"(?:0|-?[1-9][0-9]*)"
REWRITTEN = (
    rf"^(?:{WHOLE}\.0+|\s+{WHOLE}(?:\.0+)?\s*|{WHOLE}(?:\.0+)?\s+|true|TRUE|false|FALSE|\s*)$"
)
"""Text that is not its own label."""
IS_REWRITTEN = re.compile(REWRITTEN)
EXACT = 2**53
"""float64 represents every integer up to this."""
FLAGS = {"True": "1", "False": "0"}
OLD_MISSING = frozenset({"nan", "none", "null", "na", "n/a", "?"})
"""Words that meant missing in every column, in any case, up to release 0.1."""


def label_texts(values: pd.Series) -> pd.Series:
    """The label of each value: str, None where missing; indexed like `values`."""
    import numpy as np
    import pandas as pd

    codes, distinct = _coded(values)
    texts = np.append(_spelt(distinct), np.array([None]))  # code -1 is missing
    return pd.Series(texts[codes], values.index, name=values.name, dtype=object)


def label_text(value: Any) -> str | None:
    """The label of one value, as `label_texts` spells it."""
    if isinstance(value, str):
        return _rewritten(value) if IS_REWRITTEN.match(value) else value
    is_missing = value is None or value != value  # only NaN differs from itself
    return None if is_missing else _label(value)


def class_names(values: pd.Series) -> pd.Series:
    """The labels of a target: like `label_texts`, but true is `1` and false `0`."""
    return label_texts(values).replace(FLAGS)


def class_name(value: object) -> str:
    """The label of one class, such as the positive one."""
    import pandas as pd

    return str(class_names(pd.Series([value], dtype=object)).iloc[0])


def as_integers(labels: pd.Series) -> pd.Series | None:
    """Labels as int64 if all are whole numbers as an integer is written; None if not."""
    if not len(labels) or not labels.notna().all():
        return None
    if not labels.str.fullmatch(r"0|-?[1-9][0-9]{0,17}").all():  # any int64 has 18 digits
        return None
    return labels.astype("int64")


def spelt_like(labels: pd.Series, known: Collection[str]) -> pd.Series:
    """The labels as release 0.1 would have spelt them, where they are not `known` as they are.

    It took columns without a letter for numbers, so that `01234` was `1234`, and some words for
    missing. A label that is known under neither spelling stays.
    """
    import pandas as pd

    own = set(known)
    unknown = pd.Series([it for it in labels.dropna().unique() if it not in own], dtype=object)
    if unknown.empty:
        return labels
    meant = dict(zip(label_texts(pd.Series(list(own), dtype=object)), own, strict=True))
    numbers = pd.to_numeric(unknown, errors="coerce").astype("float64")
    older = [
        None if label.lower() in OLD_MISSING else meant.get(label, meant.get(number, label))
        for label, number in zip(unknown, label_texts(numbers), strict=True)
    ]
    respelt = dict(zip(unknown, older, strict=True))
    return labels.map(lambda label: respelt.get(label, label), na_action="ignore")


def _coded(values: pd.Series) -> tuple[np.ndarray, Any]:
    """Codes and distinct values; each value is its own where equal ones may differ in type."""
    import numpy as np
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(), values.cat.categories.to_series(index=None)
    if values.dtype == object and pd.api.types.infer_dtype(values) != "string":
        return np.where(values.isna(), -1, np.arange(len(values))), values  # True equals 1
    codes, distinct = pd.factorize(values)
    return codes, pd.Series(distinct)


def _spelt(distinct: pd.Series) -> np.ndarray:
    from pandas.api import types

    if types.is_bool_dtype(distinct) or types.is_integer_dtype(distinct):
        return distinct.astype("string").astype(object).to_numpy()
    if types.is_float_dtype(distinct):
        return _spelt_numbers(distinct)
    if types.infer_dtype(distinct) == "string":
        return _spelt_texts(distinct.astype(object).to_numpy())
    return _elementwise(distinct)


def _spelt_numbers(distinct: pd.Series) -> np.ndarray:
    import numpy as np

    # As text before it is widened: 0.1 is `0.1` in float32, too.
    texts = distinct.astype("string").astype(object).to_numpy(copy=True)
    numbers = distinct.to_numpy(dtype="float64", na_value=np.nan)
    whole = (numbers == np.floor(numbers)) & (abs(numbers) <= EXACT)
    texts[whole] = numbers[whole].astype("int64").astype(str)
    return texts


def _spelt_texts(texts: np.ndarray) -> np.ndarray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), REWRITTEN)
    places = np.flatnonzero(found.fill_null(False).to_numpy(zero_copy_only=False))
    texts = texts.copy()
    texts[places] = [_rewritten(texts[place]) for place in places]
    return texts


def _rewritten(text: str) -> str | None:
    text = text.strip()
    return text.capitalize() if text.isalpha() else text.partition(".")[0] or None


def _elementwise(values: pd.Series) -> np.ndarray:
    """The labels of values of several types."""
    import numpy as np

    texts = np.array([_label(value) for value in values], dtype=object)
    texts[values.isna().to_numpy(dtype=bool)] = None
    given = np.fromiter((isinstance(it, str) for it in values), dtype=bool, count=len(values))
    texts[given] = _spelt_texts(texts[given])
    return texts


def _label(value: Any) -> str:
    import numpy as np

    if isinstance(value, float | np.floating | Decimal):
        return _number(value)
    if isinstance(value, datetime) and value.tzinfo is None and value == _midnight(value):
        return value.date().isoformat()
    return str(value)


def _number(value: Any) -> str:
    """A float, which is exact up to 2^53, or a Decimal, which always is."""
    exact = isinstance(value, Decimal)
    if not isfinite(value):
        return str(value)
    if value == int(value) and (exact or abs(value) <= EXACT):
        return str(int(value))
    return f"{value.normalize():f}" if exact else str(value)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
