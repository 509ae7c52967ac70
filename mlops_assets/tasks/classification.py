"""Classification: predict a label, with probabilities where the model gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import (
    FALSE_WORDS,
    TRUE_WORDS,
    Columns,
    nearest,
    to_labels,
    to_numeric,
)
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_name, class_names
from mlops_assets.tasks.base import (
    Curve,
    ErrorPattern,
    GroupRate,
    ScoredOutcome,
    StartingGate,
    Task,
)
from mlops_assets.tasks.metrics.calibrated import Calibration, calibrated
from mlops_assets.tasks.metrics.classification import BINARY, MULTICLASS, formulas, support
from mlops_assets.tasks.metrics.estimated import estimated_metrics
from mlops_assets.tasks.metrics.intervals import Estimates
from mlops_assets.tasks.metrics.labelled import (
    Labelled,
    confidence,
    known_classes,
    labelled,
    probability_names,
)
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

MOST_CLASSES = 1_000
"""More distinct labels are rather names or numbers."""
LEAST_ROC_AUC = 0.7  # 0.5 is chance


class Classification(Task):
    """Predict the label of a row: `prediction`, and `probability_<label>` for each class."""

    name = "classification"
    headlines = ("roc_auc", "accuracy")
    metric_names = tuple(dict.fromkeys([*BINARY, *MULTICLASS]))
    lower_is_better = frozenset({"log_loss", "brier"})
    error_is_rate = True
    estimates_unlabelled = True

    def typed_target(self, values: pd.Series) -> pd.Series:
        """int64 if all labels are whole numbers, else str; None where missing."""
        return to_labels(values)

    def require_positive(self, target: pd.Series, positive: object) -> None:
        """Raise `InputError` if the target has two labels and `positive` is neither."""
        labels = sorted(class_names(target).dropna().unique())
        if positive is None or len(labels) != 2:
            return
        if class_name(positive) not in labels:
            raise InputError(
                seen=f"the positive label {positive!r} is not among {labels}"
                f"{nearest(str(positive), labels)}",
                expected="one of the target's two labels",
                todo="correct `positive` in defs.yaml",
            )

    def target_columns(self, target: str) -> Columns:
        """A categorical column."""
        return Columns(categorical=[target])

    def target_summary(self, dataset: Dataset, side: pd.Series) -> pd.DataFrame:
        """The share of each class on each side of the split."""
        target = dataset.known_target()
        shares = target.groupby(side).value_counts(normalize=True).unstack(0).fillna(0.0)
        shares.index = shares.index.map(str)
        return shares.round(4)

    def most_classes(self, rows: int) -> int | None:
        """Half as many as rows, at most 1,000."""
        return max(2, min(MOST_CLASSES, rows // 2))

    def classes(self, target: pd.Series) -> set[str]:
        """Its labels."""
        return set(map(str, target.unique()))

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """Those of two or of several classes; without probabilities, what labels allow.

        A class that only one of `beside` knows counts for the others too.
        """
        target = dataset.known_target()
        labels = {label for table in beside for label in labelled(target, table).labels}
        o = labelled(target, predictions, positive=dataset.positive, labels=labels)
        found = {name: (partial(it, o), support(name, o)) for name, it in formulas(o).items()}
        return Estimates(found, len(target))

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """1 for a wrong label, else 0."""
        true, predicted = dataset.known_target(), predictions["prediction"]
        wrong = class_names(true).to_numpy() != class_names(predicted).to_numpy()
        return wrong.astype("float64")

    def group_rates(self, dataset: Dataset, predictions: pd.DataFrame) -> list[GroupRate]:
        """Of two classes: the selection rate (predicted positives), recall and precision.

        Their differences are statistical parity, equal opportunity and predictive parity. Of
        several classes, or of one: the accuracy.
        """
        import numpy as np

        o, every = _labelled(dataset, predictions), np.ones(len(dataset), dtype=bool)
        right = (o.ground_truth == o.predicted).astype("float64")
        if len(o.labels) != 2:
            about = "the same share of each group is predicted correctly"
            return [GroupRate("accuracy", "accuracy_difference", about, right, every)]
        flagged, actual = o.predicted == o.positive, o.ground_truth == o.positive
        selected, positive = flagged.astype("float64"), f"“{o.labels[o.positive]}”"
        return [
            GroupRate(
                "selection_rate",
                "statistical_parity_difference",
                f"the same share of each group is predicted {positive}",
                selected,
                every,
            ),
            GroupRate(
                "recall",
                "equal_opportunity_difference",
                f"of those who are {positive}, the same share of each group is found",
                selected,
                actual,
            ),
            GroupRate(
                "precision",
                "predictive_parity_difference",
                f"of those who are predicted {positive}, the same share of each group is",
                right,
                flagged,
            ),
        ]

    def scored_outcomes(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ScoredOutcome]:
        """The probability of the positive one of two classes, or of each of several.

        Empty without probabilities.
        """
        o = _labelled(dataset, predictions)
        if not o.probability.size or len(o.labels) < 2:
            return []
        codes = [o.positive] if len(o.labels) == 2 else range(len(o.labels))
        return [
            ScoredOutcome(
                f"probability of {o.labels[code]}",
                o.labels[code],
                o.probability[:, code],
                (o.ground_truth == code).astype("float64"),
                is_probability=True,
            )
            for code in codes
        ]

    def error_patterns(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ErrorPattern]:
        """Each pair of a true and a wrongly predicted class, the most frequent first.

        With its share of the rows of the true class.
        """
        import numpy as np

        o = _labelled(dataset, predictions)
        pairs, sizes = o.ground_truth * len(o.labels) + o.predicted, o.class_sizes()
        found, rows = np.unique(pairs[o.ground_truth != o.predicted], return_counts=True)
        true, predicted = np.divmod(found, len(o.labels))
        share = rows / sizes[true]
        low, high = self.error_interval(share, share, sizes[true])
        return [
            ErrorPattern(
                f"{o.labels[true[at]]} predicted as {o.labels[predicted[at]]}",
                int(rows[at]),
                f"of the rows that are {o.labels[true[at]]}",
                *(float(it[at]) for it in (share, low, high)),
            )
            for at in np.argsort(-rows, kind="stable")
        ]

    def shown_error(self, dataset: Dataset, predictions: pd.DataFrame) -> pd.Series:
        """`probability` of the predicted label; NaN without probabilities."""
        import pandas as pd

        return pd.Series(confidence(predictions), predictions.index, name="probability")

    def unseen_labels(self, target: pd.Series, predictions: pd.DataFrame) -> pd.Series:
        """Labels without a probability; without any probabilities, the classes are unknown."""
        if not (known := known_classes(predictions)):
            return super().unseen_labels(target, predictions)
        return ~class_names(target).isin(known)

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The probability of the second of two classes or of each of several, else the label."""
        names = probability_names(predictions)
        if not names:
            return Columns(categorical=["prediction"])
        return Columns(numeric=names[1:] if len(names) == 2 else names)

    def calibration(self, dataset: Dataset, predictions: pd.DataFrame) -> Calibration:
        """Of the probabilities of each class; without probabilities there is none."""
        return calibrated(_labelled(dataset, predictions))

    def estimated_metrics(
        self,
        predictions: pd.DataFrame,
        calibration: Calibration,
        positive: str | int | None = None,
        *,
        seed: int = 0,
    ) -> dict[str, Metric]:
        """All metrics, from the expected confusion matrix."""
        return estimated_metrics(predictions, calibration, positive=positive, seed=seed)

    def changed_predictions(self, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray | None:
        """Which rows have another label."""
        one, other = class_names(before["prediction"]), class_names(after["prediction"])
        return one.to_numpy() != other.to_numpy()

    def figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """The confusion matrix and, with probabilities, ROC curve, histogram and calibration."""
        from mlops_assets.tasks.figures import classification

        o = _labelled(dataset, predictions)
        figures = {"confusion_matrix": classification.confusion_matrix(o)}
        if o.probability.size:
            figures["roc_curve"] = classification.roc_curve(o)
            figures["score_histogram"] = classification.score_histogram(o)
        if o.probability.size and len(o.labels) == 2:
            figures["precision_recall"] = classification.precision_recall(o)
            figures["calibration"] = classification.calibration(o)
        return figures

    def curves(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, list[Curve]]:
        """With probabilities the ROC curves and, of two labels, precision against recall."""
        from mlops_assets.tasks.figures import classification

        o = _labelled(dataset, predictions)
        if not o.probability.size:
            return {}
        found = {"roc_curve": classification.roc_points(o)}
        if len(o.labels) == 2:
            found["precision_recall"] = classification.precision_recall_points(o)
        return found

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """Of the positive label's probability, the predicted one's of several, or of labels."""
        from mlops_assets.tasks.figures.scores import probabilities

        return probabilities(batches, positive)

    def error_figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """The confusion matrix."""
        from mlops_assets.tasks.figures.classification import confusion_matrix

        return {"confusion_matrix": confusion_matrix(_labelled(dataset, predictions))}

    def require_learnable(self, target: pd.Series) -> None:
        """Raise `InputError` for labels that hardly repeat, or infinite numbers."""
        from pandas.api import types

        distinct, example = target.nunique(), f"such as {str(target.iloc[0])!r}"
        if distinct > min(len(target) / 2, MOST_CLASSES):
            raise InputError(
                seen=f"the target {target.name!r} has {distinct} distinct labels in {len(target)} "
                f"rows, {example}",
                expected=f"at most {MOST_CLASSES:,} labels that repeat, or plain numbers",
                todo="choose another target or task, or write the numbers without units or symbols",
            )
        if types.is_numeric_dtype(target):
            to_numeric(target)

    def positive_label(self, target: pd.Series) -> str | int | None:
        """Of two labels the one that means yes, else the rarer."""
        counts = target.value_counts()
        if len(counts) != 2:
            return None
        labels = sorted(counts.index.tolist(), key=lambda label: (counts[label], str(label)))
        words = [str(label).strip().lower() for label in labels]
        for label, word, other in zip(labels, words, reversed(words), strict=True):
            if word in TRUE_WORDS and other in FALSE_WORDS | {"-1", "-1.0"}:
                return label
        return labels[0]

    def starting_gate(self, target: pd.Series, held_out: Callable[[int], int]) -> StartingGate:
        """Of two labels ROC AUC of at least 0.7, of more an accuracy clearly above guessing.

        That is a third of the way from always predicting the most frequent label to no errors.
        """
        if target.nunique() == 2:
            rarer = held_out(int(target.value_counts().min()))
            return StartingGate("roc_auc", LEAST_ROC_AUC, 2 * rarer)
        guessing = target.value_counts(normalize=True).max()
        least = min(round(guessing + (1 - guessing) / 3, 2), 0.99)
        return StartingGate("accuracy", least, held_out(len(target)))


def _labelled(dataset: Dataset, predictions: pd.DataFrame) -> Labelled:
    return labelled(dataset.known_target(), predictions, positive=dataset.positive)


CLASSIFICATION = Classification()
