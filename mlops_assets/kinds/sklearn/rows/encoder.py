"""Encode typed rows as the fitted preprocessing of a pipeline does, but without pandas.

It takes what each fitted transformer learned. What a label becomes is found by asking the fitted
encoder once for every label that it knows, for an unknown and for a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_assets.kinds.sklearn.preprocessing import encoded_labels

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

Row = Mapping[str, Any]
Part = Callable[[Row, list[float]], None]
"""Appends what one transformer makes of a row."""
MakePart = Callable[[Any, list[str]], Part]
"""Makes it of the fitted transformer and the names of its columns."""
UNSEEN = "\x00 no label of the training rows"
MISSING = float("nan")
DAY, HOUR = np.float64(86_400_000_000_000), np.float64(3_600_000_000_000)
"""Nanoseconds."""


class RowEncoder:
    """The fitted `preprocessing` for rows of typed values (see `Predictor` in `kinds/base.py`).

    `own` are the parts that another kind has, by name. Raises `TypeError` for preprocessing that is
    not ours.
    """

    def __init__(
        self, preprocessing: ColumnTransformer, own: Mapping[str, MakePart] | None = None
    ) -> None:
        makes = PARTS | dict(own or {})
        self.numeric = list(_scaling(preprocessing))
        self._parts = [
            _part(makes, role)(fitted, [str(it) for it in names])
            for role, fitted, names in preprocessing.transformers_
            if len(names) and role != "remainder"
        ]

    def encode(self, rows: Sequence[Row]) -> np.ndarray:
        """float64, shape (rows, encoded columns), as the preprocessing itself gives."""
        encoded: list[list[float]] = []
        for row in rows:
            values: list[float] = []
            for part in self._parts:
                part(row, values)
            encoded.append(values)
        return np.array(encoded, dtype="float64")


def _scaling(preprocessing: ColumnTransformer) -> Iterator[tuple[str, float, float]]:
    """The numeric columns, which are encoded first, each with what centres and scales it."""
    for role, fitted, names in preprocessing.transformers_[:1]:
        if role == "numeric":
            yield from zip(map(str, names), fitted[1].mean_, fitted[1].scale_, strict=True)


def _part(makes: Mapping[str, MakePart], role: str) -> MakePart:
    if role not in makes:
        raise TypeError(f"preprocessing with the part {role!r}")
    return makes[role]


def _numbers(fitted: Pipeline, names: list[str]) -> Part:
    read = _scaled(fitted)

    def append(row: Row, values: list[float]) -> None:
        values.extend(read([row[name] for name in names]))

    return append


def _scaled(fitted: Pipeline) -> Callable[[list[float]], list[float]]:
    """Fill gaps, centre and scale, in the order in which scikit-learn does."""
    imputer, scaler = fitted[0], fitted[1]
    learned = list(
        zip(
            imputer.statistics_.tolist(), scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True
        )
    )

    def read(numbers: list[float]) -> list[float]:
        return [
            ((median if it != it else it) - mean) / scale
            for it, (median, mean, scale) in zip(numbers, learned, strict=True)
        ]

    return read


def _labels(fitted: Pipeline, names: list[str]) -> Part:
    columns = _encoded_labels(fitted, names)

    def append(row: Row, values: list[float]) -> None:
        for name, (known, missing, unseen) in columns:
            label = row[name]
            values.extend(missing if label is None else known.get(label, unseen))

    return append


def _encoded_labels(fitted: Pipeline, names: list[str]) -> list[tuple[str, tuple]]:
    """What each label of each column becomes; what a missing one does; what an unseen one does."""
    import pandas as pd

    encoder = fitted[1]
    asked = [[*map(str, it), None, UNSEEN] for it in encoder.categories_]
    longest = max(map(len, asked))
    table = pd.DataFrame(
        {name: [*it, *[None] * (longest - len(it))] for name, it in zip(names, asked, strict=True)},
        dtype=object,
    )
    encoded = fitted.transform(table).tolist()
    owners = _owners(fitted, names)
    found = []
    for name, labels in zip(names, asked, strict=True):
        start, end = owners[name]
        answers = [encoded[place][start:end] for place in range(len(labels))]
        known = dict(zip(labels[:-2], answers[:-2], strict=True))
        found.append((name, (known, answers[-2], answers[-1])))
    return found


def _owners(fitted: Pipeline, names: list[str]) -> dict[str, tuple[int, int]]:
    """Where the encoded columns of each column begin and end."""
    import pandas as pd

    empty = pd.DataFrame({name: [None] for name in names}, dtype=object)
    total = fitted.transform(empty).shape[1]
    sizes = [len(it) for it in encoded_labels(fitted[1])]
    if sum(sizes) != total:
        raise TypeError("an encoder with other columns than its labels")
    ends = np.cumsum(sizes).tolist()
    return {name: (end - size, end) for name, size, end in zip(names, sizes, ends, strict=True)}


def _flags(fitted: Any, names: list[str]) -> Part:
    learned = list(zip(names, fitted.statistics_.tolist(), strict=True))

    def append(row: Row, values: list[float]) -> None:
        for name, usual in learned:
            flag = row[name]
            values.append(usual if flag != flag else flag)

    return append


def _dates(fitted: Pipeline, names: list[str]) -> Part:
    read = _scaled(fitted[1])
    columns = list(zip(names, fitted[0].hours_of(len(names)), strict=True))

    def append(row: Row, values: list[float]) -> None:
        values.extend(
            read([part for name, hour in columns for part in _date_parts(row[name], hour)])
        )

    return append


def _date_parts(moment: Any, with_hour: bool) -> list[float]:
    if moment is None:
        return [MISSING] * (4 if with_hour else 3)
    nanoseconds = np.datetime64(moment, "ns").astype("int64")
    hour = [float(int(nanoseconds) % int(DAY) / HOUR)] if with_hour else []
    return [float(nanoseconds / DAY), float(moment.month), float(moment.weekday()), *hour]


def _texts(fitted: Any, names: list[str]) -> Part:
    vectorizers = list(zip(names, fitted.vectorizers_, strict=True))

    def append(row: Row, values: list[float]) -> None:
        for name, vectorizer in vectorizers:
            if vectorizer is None:
                values.append(0.0)
            else:
                values.extend(vectorizer.transform([row[name]]).toarray()[0].tolist())

    return append


PARTS: dict[str, MakePart] = {
    "numeric": _numbers,
    "categorical": _labels,
    "boolean": _flags,
    "date": _dates,
    "text": _texts,
}
