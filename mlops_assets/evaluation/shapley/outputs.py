"""The outputs of a model that are explained: probabilities, a score, a number, or labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.labels import class_name, class_names
from mlops_assets.tasks.metrics.labelled import known_classes, probability_names

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SCORE = "score"


@dataclass(frozen=True)
class Outputs:
    """Numbers made of predictions; `names` say what each is, `classes` of which class.

    Of a classifier, a row is explained by the positive one of two classes or by the predicted one
    of several; `positive` is the former's place, None if there is none.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...] = ()
    positive: int | None = None
    source: tuple[str, ...] = ()

    @classmethod
    def of(cls, predictions: pd.DataFrame, positive: str | int | None) -> Outputs:
        """What can be explained of a model with such predictions.

        The probabilities of the classes; the score of a classifier that has no probabilities; a
        number; or, where there are labels alone, for each label 1 if it is predicted and else 0.
        Raises `InputError` for predictions that are none of these.
        """
        names = tuple(probability_names(predictions))
        if names:
            classes = tuple(known_classes(predictions))
            said = tuple(f"probability of {it}" for it in classes)
            return cls(said, classes, place_of_positive(classes, positive), names)
        if SCORE in predictions:
            return cls((SCORE,), source=(SCORE,))
        labels = predictions["prediction"]
        if labels.dtype.kind == "f":
            return cls(("prediction",), source=("prediction",))
        classes = tuple(sorted(set(class_names(labels).dropna())))
        if not classes:
            raise InputError(
                seen=f"predictions of the type {labels.dtype}",
                expected="probabilities, a score, numbers or labels",
                todo="explain a model that has them",
            )
        return cls(tuple(f"predicting {it}" for it in classes), classes)

    def matrix(self, predictions: pd.DataFrame) -> np.ndarray:
        """(rows, outputs) float64."""
        import numpy as np

        if self.source:
            return predictions[list(self.source)].to_numpy("float64")
        labels = class_names(predictions["prediction"]).to_numpy()
        return (labels[:, None] == np.asarray(self.classes, dtype=object)).astype("float64")

    def own(self, predictions: pd.DataFrame) -> np.ndarray:
        """Which output explains each row, (rows,) int."""
        return self.own_of(self.matrix(predictions))

    def own_of(self, matrix: np.ndarray) -> np.ndarray:
        """The same, given the outputs of the rows, (rows, outputs)."""
        import numpy as np

        if not self.classes or self.positive is not None:
            return np.full(len(matrix), self.positive or 0)
        return matrix.argmax(axis=1)

    def words(self, own: np.ndarray) -> str:
        """What the values of rows explain, if `own` is the output of each."""
        one = {*own.tolist()}
        if len(one) == 1:
            return self.names[one.pop()]
        return f"{self.names[0].removesuffix(self.classes[0])}the predicted class"


def place_of_positive(classes: tuple[str, ...], positive: str | int | None) -> int | None:
    """The place of the positive one of two classes: by default the last, as in evaluation."""
    if len(classes) != 2:
        return None
    label = "" if positive is None else class_name(positive)
    return classes.index(label) if label in classes else 1
