"""What types the columns of a table have of which only parts were seen, each typed by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_assets.features.dataset_version import EMPTY
from mlops_assets.features.labels import EXACT

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    import pyarrow as pa

FLAGS = frozenset({"bool", "boolean"})
"""The kinds of a boolean column: without gaps, and as objects because of gaps."""


class TypesDifferError(ValueError):
    """The parts do not show which types the whole table would have."""


class Seen(NamedTuple):
    """The dtype of a column in one part, and the kind of its values; `EMPTY` if it has none."""

    dtype: Any
    kind: str
    exact: bool = True
    """Whether float64 can hold its integers."""

    @classmethod
    def of(cls, values: pd.Series) -> Seen:
        """What is seen of a column."""
        import numpy as np
        import pandas as pd

        dtype, objects = values.dtype, np.dtype(object)
        if isinstance(dtype, pd.CategoricalDtype):  # each part has categories of its own
            dtype, values = objects, values.astype(object)
        if not values.notna().any():
            return cls(dtype, EMPTY)
        if dtype == objects:
            return cls(dtype, pd.api.types.infer_dtype(values, skipna=True))
        is_exact = dtype.kind not in "iu" or bool(values.max() <= EXACT and values.min() >= -EXACT)
        return cls(dtype, str(dtype), is_exact)


class ColumnTypes:
    """The types of each column in the parts seen so far."""

    def __init__(self) -> None:
        self._seen: dict[str, set[Seen]] = {}
        self._has_rows = False

    def add(self, part: pd.DataFrame) -> None:
        """Look at a part. Raises `TypesDifferError` if it has other columns than the first.

        One without rows shows no types.
        """
        if self._seen and [*self._seen] != [*part.columns]:
            raise TypesDifferError("its parts have different columns")
        if not self._has_rows:
            self._seen = {}
        for name, values in part.items():
            self._seen.setdefault(str(name), set()).add(Seen.of(values))
        self._has_rows = self._has_rows or len(part) > 0

    def agreed(self) -> dict[str, Any]:
        """The dtype of each column in the whole table. Raises `TypesDifferError`."""
        return {name: _agreed(name, seen) for name, seen in self._seen.items()}

    def in_file(self) -> dict[str, pa.DataType]:
        """The types in a file of those columns that hold Python objects."""
        import pyarrow as pa

        types = {"string": pa.string(), "date": pa.date32(), **dict.fromkeys(FLAGS, pa.bool_())}
        kinds = {name: {it.kind for it in seen} - {EMPTY} for name, seen in self._seen.items()}
        objects = [name for name, dtype in self.agreed().items() if dtype.kind == "O"]
        return {name: types[min(kinds[name])] for name in objects if kinds[name]}


def _agreed(name: str, seen: Collection[Seen]) -> Any:
    """What pandas makes of all values together, where that is certain."""
    import numpy as np

    known = [it for it in seen if it.kind != EMPTY]
    dtypes, kinds = {it.dtype for it in known or seen}, {it.kind for it in known}
    has_gaps = len(known) < len(seen)
    numbers = {it.kind for it in dtypes}
    if numbers <= {*"iu"} and len(dtypes) == 1 and not has_gaps:
        return dtypes.pop()
    if numbers <= {*"iuf"} and numbers & {*"iu"}:
        floats = {it for it in dtypes if it.kind == "f"} or {np.dtype("float64")}
        if floats == {np.dtype("float64")} and all(it.exact for it in known):
            return np.dtype("float64")
    elif kinds and kinds <= FLAGS:
        return np.dtype(object if has_gaps or "boolean" in kinds else bool)
    elif len(dtypes) == 1 and (np.dtype(object) not in dtypes or _alike(kinds)):
        return dtypes.pop()
    raise TypesDifferError(f"column {name!r} has the types {sorted(kinds)}")


def _alike(kinds: Collection[str]) -> bool:
    """Whether columns of objects with these kinds are alike in every part."""
    return not kinds or [*kinds] in (["string"], ["date"])
