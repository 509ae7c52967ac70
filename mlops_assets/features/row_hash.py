"""Hash rows so that a row has the same hash however, wherever and in which order it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KEY = "mlops_assets_key"  # pandas requires exactly 16 bytes
START, MISSING = 0x243F6A8885A308D3, 0x9E3779B97F4A7C15
WHOLE_FLOATS = 2**53  # float64 cannot represent every integer beyond this
FLAGS = {
    **dict.fromkeys(("true", "True", "TRUE"), "1"),
    **dict.fromkeys(("false", "False", "FALSE"), "0"),
}


def row_hashes(columns: Iterable[pd.Series], rows: int, *, exact: bool) -> np.ndarray:
    """Compute one uint64 per row, over the columns in the given order.

    With `exact`, any change of a value changes the hash. Without it, a value has the same hash
    however it was parsed: 7, 7.0, "7" and "07" are equal, as are True, "true" and 1, and None, NaN
    and NaT.
    """
    import numpy as np

    total = np.full(rows, START, dtype="uint64")
    for values in columns:
        hashes = _hash_column(values, exact)
        total = _mix(total ^ np.where(values.isna().to_numpy(), np.uint64(MISSING), hashes))
    return total


def _hash_column(values: pd.Series, exact: bool) -> np.ndarray:
    from pandas.api import types

    if types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values):
        return _hash_times(values)
    if types.is_integer_dtype(values) and (exact or _is_long(values)):
        return _hash_integers(values) if exact else _hash_distinct(values.astype("string"), exact)
    if types.is_numeric_dtype(values) and not types.is_complex_dtype(values):
        return _hash_floats(values.to_numpy(dtype="float64", na_value=float("nan")))
    return _hash_distinct(values, exact)


def _is_long(values: pd.Series) -> bool:
    """Whether an integer column has numbers beyond what float64 represents exactly."""
    return bool(len(values)) and bool(values.max() > WHOLE_FLOATS or values.min() < -WHOLE_FLOATS)


def _hash_floats(numbers: np.ndarray) -> np.ndarray:
    from pandas.util import hash_array

    return hash_array(numbers + 0.0)  # -0.0 becomes 0.0


def _hash_integers(values: pd.Series) -> np.ndarray:
    from pandas.util import hash_array

    kind = "uint64" if values.dtype.kind == "u" else "int64"
    return hash_array(values.to_numpy(dtype=kind, na_value=0))


def _hash_times(values: pd.Series) -> np.ndarray:
    """Hash microseconds plus the remaining nanoseconds, so that [s], [us] and [ns] agree."""
    import numpy as np
    import pandas as pd
    from pandas.util import hash_array

    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    times = values.to_numpy()
    micros = times.astype(f"{times.dtype.kind}8[us]")
    rest = (times - micros).astype("timedelta64[ns]").astype("int64").astype("uint64")
    return hash_array(micros.astype("int64")) + rest * np.uint64(MISSING)


def _hash_distinct(values: pd.Series, exact: bool) -> np.ndarray:
    """Hash labels and text, each distinct value once; without `exact`, numeric text as numbers."""
    import numpy as np
    import pandas as pd
    from pandas.util import hash_array

    try:
        codes, distinct = pd.factorize(values)
    except TypeError:  # lists and arrays are not hashable, their text is
        codes, distinct = pd.factorize(values.map(_spelled, na_action="ignore"))
    words = np.array([_word(value) for value in distinct], dtype=object)
    hashes = hash_array(words, hash_key=KEY, categorize=False)
    if not exact:
        plain = pd.Series(words).replace(FLAGS)
        numbers = pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64")
        is_number = abs(numbers) <= WHOLE_FLOATS
        hashes[is_number] = _hash_floats(numbers[is_number])
    return np.append(hashes, np.uint64(MISSING))[codes]  # code -1 is missing


def _word(value: object) -> str:
    import numpy as np

    return str(int(value)) if isinstance(value, bool | np.bool_) else str(value)


def _spelled(value: Any) -> str:
    return str(value.tolist() if hasattr(value, "tolist") else value)


def _mix(bits: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64: every input bit affects every output bit."""
    import numpy as np

    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
