"""A classifier's results on a holdout, encoded as indices into one list of labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.features.labels import class_name, class_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pandas as pd

PROBABILITY = "probability_"


class Ranking(NamedTuple):
    """The rows sorted by the score of one label, the highest first."""

    order: np.ndarray  # (n,) row numbers
    ends: np.ndarray  # (distinct scores,) the last position in `order` of each run of equal scores
    hits: np.ndarray  # (n,) in `order`: whether the row truly has the label


@dataclass(frozen=True)
class Labelled:
    """A classifier's predictions for n rows, with the ground truth."""

    labels: list[str]
    ground_truth: np.ndarray  # (n,) codes into labels
    predicted: np.ndarray  # (n,) codes into labels
    probability: np.ndarray  # (n, labels); (n, 0) without probabilities
    positive: int  # code of the positive label, if there are two
    _rankings: dict[int, Ranking] = field(default_factory=dict, repr=False, compare=False)

    def class_sizes(self) -> np.ndarray:
        """The number of rows with each true label, shape (labels,)."""
        import numpy as np

        return np.bincount(self.ground_truth, minlength=len(self.labels))

    def ranking(self, code: int) -> Ranking:
        """Rank the rows by the probability of one label; sorted once and then cached."""
        import numpy as np

        if code not in self._rankings:
            score = self.probability[:, code]
            order = np.argsort(-score, kind="stable")
            ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
            self._rankings[code] = Ranking(order, ends, self.ground_truth[order] == code)
        return self._rankings[code]


def labelled(
    ground_truth: object,
    predictions: pd.DataFrame,
    *,
    positive: object = None,
    labels: Iterable[str] = (),
) -> Labelled:
    """Encode results over every label in the truth, predictions, probability columns or `labels`.

    A label without a probability column has probability 0. The positive one of two labels is
    `positive`, by default the greater; with more labels `positive` has no effect. Raises
    `InputError` if a true label, prediction or probability is missing.
    """
    names, scored = probability_names(predictions), known_classes(predictions)
    true_codes, true_labels = _codes(ground_truth, "ground truth")
    predicted_codes, predicted_labels = _codes(predictions["prediction"], "prediction")
    every = _sorted({*true_labels, *predicted_labels, *scored, *labels})
    every, code = _with_positive(every, positive)
    return Labelled(
        labels=every,
        ground_truth=_recode(true_codes, true_labels, every),
        predicted=_recode(predicted_codes, predicted_labels, every),
        probability=_probability(predictions.loc[:, names], scored, every),
        positive=code,
    )


def probability_names(predictions: pd.DataFrame) -> list[str]:
    """The probability columns of predictions, one per class; empty without probabilities."""
    return [name for name in map(str, predictions.columns) if name.startswith(PROBABILITY)]


def known_classes(predictions: pd.DataFrame) -> list[str]:
    """The classes that have a probability; empty without probabilities.

    As labels are spelt today, whatever the version of the model called them.
    """
    import pandas as pd

    names = [it.removeprefix(PROBABILITY) for it in probability_names(predictions)]
    return class_names(pd.Series(names, dtype=object)).tolist()


def confidence(predictions: pd.DataFrame) -> np.ndarray:
    """The probability of the predicted label, (n,); NaN without one.

    It is the highest, unless the model decides by a threshold.
    """
    import numpy as np
    import pandas as pd

    names = probability_names(predictions)
    known = pd.Index(known_classes(predictions))
    places = known.get_indexer(pd.Index(class_names(predictions["prediction"])))
    table = np.column_stack([predictions[names].to_numpy("float64"), np.full(len(places), np.nan)])
    return table[np.arange(len(places)), places]  # -1 is the last


def require_no_missing(missing: np.ndarray, what: str) -> None:
    """Raise `InputError` if any of `missing`, a boolean array over rows, is true."""
    if missing.any():
        raise InputError(
            seen=f"{int(missing.sum())} of {len(missing)} holdout rows have no {what}",
            expected=f"a {what} for every row",
            todo="drop rows without a target; if predictions are missing, check the model kind",
        )


def _codes(values: object, what: str) -> tuple[np.ndarray, list[str]]:
    """Codes (n,) and the distinct labels that they index; 1, 1.0 and True are all `1`."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(pd.Series(np.asarray(values)))
    labels = class_names(pd.Series(distinct))
    missing = np.append(labels.isna().to_numpy(), True)  # code -1 is missing, too
    require_no_missing(missing[codes], what)
    return codes, labels.tolist()


def _sorted(labels: set[str]) -> list[str]:
    """Sort numerically if all are numbers, so that 10 comes after 9; else alphabetically."""
    try:
        return sorted(labels, key=lambda label: (float(label), label))
    except ValueError:
        return sorted(labels)


def _with_positive(labels: list[str], positive: object) -> tuple[list[str], int]:
    if positive is None or len(labels) > 2:
        return labels, len(labels) - 1
    name = class_name(positive)
    if name not in labels and len(labels) == 2:
        raise InputError(
            seen=f"the positive label {positive!r} is not among {labels}"
            f"{nearest(str(positive), labels)}",
            expected="one of the target's two labels",
            todo="correct `positive` in defs.yaml",
        )
    labels = labels if name in labels else _sorted({*labels, name})
    return labels, labels.index(name)


def _recode(codes: np.ndarray, before: list[str], after: list[str]) -> np.ndarray:
    import numpy as np

    place = {label: code for code, label in enumerate(after)}
    return np.array([place[label] for label in before], dtype="int64")[codes]


def _probability(table: pd.DataFrame, scored: list[str], labels: list[str]) -> np.ndarray:
    import numpy as np

    values = table.to_numpy(dtype="float64")
    missing = ~np.isfinite(values)
    require_no_missing(missing.any(axis=1), "probability")
    full = np.zeros((len(values), len(labels) if scored else 0))
    full[:, [labels.index(label) for label in scored]] = values
    return full
