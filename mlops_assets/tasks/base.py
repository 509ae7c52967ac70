"""The interface of a task: what is learned, and how predictions are judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, Role, nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.metrics.calibrated import Calibration
from mlops_assets.tasks.metrics.intervals import Estimates, difference, with_intervals
from mlops_assets.tasks.metrics.metric import Difference, Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

Z = 1.96


class StartingGate(NamedTuple):
    """The first gate of a new model: the metric, its least value and the rows that it counts."""

    metric: str
    minimum: float
    counted: int


class GroupRate(NamedTuple):
    """A mean over rows that is compared between groups of people.

    `name` is what the mean is, such as `recall`; `difference` is what its difference between two
    groups is called, such as `equal_opportunity_difference`; `meaning` is a sentence on when it is
    0. Only the rows in `counted` (n,) count, with their `values` (n,) float64: 0 or 1 for a rate.
    """

    name: str
    difference: str
    meaning: str
    values: np.ndarray
    counted: np.ndarray


class ScoredOutcome(NamedTuple):
    """What a model expects of each row, and what happened; equal on average if it is calibrated.

    `name` is what is expected, such as `probability of yes`, and `label` the short form of it.
    `scores` and `outcomes` are (n,) float64: probabilities and 0 or 1 where `is_probability`, else
    numbers of one unit.
    """

    name: str
    label: str
    scores: np.ndarray
    outcomes: np.ndarray
    is_probability: bool


class Curve(NamedTuple):
    """A curve that versions are compared by: `x` and `y` have the same length, from 0 to 1.

    `label` says whose it is, such as a class.
    """

    label: str
    x: list[float]
    y: list[float]


class ErrorPattern(NamedTuple):
    """Rows on which a model errs in one way, for people; with a 95 % interval.

    `pattern` says which rows, such as `yes predicted as no`, and `measure` what `value` is.
    """

    pattern: str
    rows: int
    measure: str
    value: float
    low: float
    high: float


class Task(ABC):
    """Everything about a model that depends on what it learns; nobody else asks for its name.

    To add one, subclass it in a file of this folder, or register an object of a subclass in another
    package under the entry point group `mlops_assets.tasks`. It must be cheap to import. Without
    state: one object serves every model.

    `predictions` are what `Model.predict` gives: `prediction` and further columns, indexed like the
    rows.
    """

    name: ClassVar[str]
    """As written in `task:` of a defs.yaml."""
    supervised: ClassVar[bool] = True
    """Whether the training rows have a target."""
    headlines: ClassVar[tuple[str, ...]]
    """The metrics that `beats_production` compares by default, the preferred one first."""
    metric_names: ClassVar[tuple[str, ...]]
    """Every metric that `metrics` may give."""
    lower_is_better: ClassVar[frozenset[str]] = frozenset()
    """Those of them that are errors or losses."""
    in_target_unit: ClassVar[frozenset[str]] = frozenset()
    """Metrics, columns and axes of figures, by name, whose unit is that of the target."""
    context_roles: ClassVar[Mapping[str, Role]] = MappingProxyType({})
    """The context columns that the task needs, one each, with the type of their values."""
    optional_roles: ClassVar[frozenset[str]] = frozenset()
    """Those of them that a model can do without."""
    kept_together: ClassVar[frozenset[str]] = frozenset()
    """Those of them whose rows with one value are on one side of a split by identity."""
    late_roles: ClassVar[frozenset[str]] = frozenset()
    """Those of them that become known with the target, such as a bandit's reward.

    A day is checked and scored without them; its performance is judged on the rows that have them,
    from the source of the labels.
    """
    keeps_together: ClassVar[str | None] = None
    """The one of `context_roles` whose rows must be on one side of the split."""
    estimates_unlabelled: ClassVar[bool] = False
    """Whether `estimated_metrics` can say how good the predictions of unlabelled rows are."""
    metrics_pack: ClassVar[str] = "metrics"
    """The pack that gives `metrics`: with more than numbers, for a task that needs it."""
    experiment_metrics: ClassVar[tuple[str, ...]] = ()
    """Means per answered row that an experiment compares, if none of `metric_names` is one."""
    answers_are_drawn: ClassVar[bool] = False
    """Whether serving draws the answer by the probabilities of the predictions, and logs its own.

    The task needs the roles `action` and `propensity`, which then come from the answer.
    """
    ungated: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What is shown and cannot be gated, by name, with the reason."""
    error_is_rate: ClassVar[bool] = False
    """Whether `row_errors` are 0 or 1, so that their mean is an error rate."""

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<task {self.name}>"

    def words(self, target: str | None) -> str:
        """What a model of the task does, for people: `regression of price`."""
        return f"{self.name} of {target}" if self.supervised else self.name

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` if the context is not as the task needs it; checked like the types."""
        return

    # The target

    @abstractmethod
    def typed_target(self, values: pd.Series) -> pd.Series:
        """The target as it is fitted on, missing where unknown. Raises `InputError`."""

    def require_positive(self, target: pd.Series, positive: object) -> None:
        """Raise `InputError` if `positive` is not one of the target's two classes."""
        return

    @abstractmethod
    def target_columns(self, target: str) -> Columns:
        """The target as a column whose distribution is monitored for drift."""

    def target_summary(self, dataset: Dataset, side: pd.Series) -> pd.DataFrame:
        """The distribution of the target on each side of the split: statistics as rows."""
        table = dataset.known_target().groupby(side).describe()
        return table[["mean", "std", "min", "max"]].T.round(4)

    def most_classes(self, rows: int) -> int | None:
        """The most distinct target values that this many rows can teach; None if any number."""
        return None

    def classes(self, target: pd.Series) -> set[str]:
        """The classes that training and holdout must both have; empty if there are none."""
        return set()

    # Judging predictions

    @abstractmethod
    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """Every metric that the predictions allow, on rows whose target is known.

        `beside` are predictions of other models for the same rows, which they are compared with.
        Raises `InputError` if a value is missing.
        """

    def metrics(
        self, dataset: Dataset, predictions: pd.DataFrame, *, seed: int = 0, resamples: int = 400
    ) -> dict[str, Metric]:
        """Every metric that the predictions allow, with 95 % intervals, the headline first.

        All rows have a target. Raises `InputError` if there are no rows or a value is missing.
        """
        require_rows(dataset, predictions)
        return with_intervals(self.estimates(dataset, predictions), seed=seed, resamples=resamples)

    def paired_difference(
        self,
        metric: str,
        dataset: Dataset,
        candidate: pd.DataFrame,
        production: pd.DataFrame,
        *,
        seed: int = 0,
        resamples: int = 1000,
    ) -> Difference:
        """How much better the candidate is than production, on the same rows and resamples.

        Positive is better for every metric: the sign of errors such as `rmse` is flipped. Raises
        `InputError` if `metric` cannot be computed for one of the two.
        """
        found = []
        for name, table in (("candidate", candidate), ("production version", production)):
            require_rows(dataset, table)
            found.append(self.estimates(dataset, table, (candidate, production)))
            require_metric(metric, list(found[-1].formulas), name)
        lower = metric in self.lower_is_better
        return difference(metric, *found, lower_is_better=lower, seed=seed, resamples=resamples)

    def headline(self, metrics: Sequence[str]) -> str | None:
        """The metric to compare versions by: of `headlines`, else the first; None if none."""
        return next((it for it in (*self.headlines, *metrics) if it in metrics), None)

    def untrusted(self, metrics: Mapping[str, Metric]) -> str:
        """Why these metrics say nothing about the predictions; empty if they can be trusted."""
        return ""

    @abstractmethod
    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """The error of each row, (n,) float64; 0 is right."""

    def error_interval(
        self, mean: np.ndarray, deviation: np.ndarray, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The 95 % interval of the mean error of `rows` rows; `deviation` is its standard one.

        Wilson's score interval (1927) for a rate, which stays within [0, 1]; else the normal one.
        """
        if not self.error_is_rate:
            half = Z * deviation / rows**0.5
            return mean - half, mean + half
        spread = 1 + Z**2 / rows
        centre = (mean + Z**2 / (2 * rows)) / spread
        half = Z / spread * (mean * (1 - mean) / rows + Z**2 / (4 * rows**2)) ** 0.5
        return centre - half, centre + half

    def group_rates(self, dataset: Dataset, predictions: pd.DataFrame) -> list[GroupRate]:
        """The means that a fair model has the same in all groups; empty if the task knows none."""
        return []

    def scored_outcomes(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ScoredOutcome]:
        """What is compared to see whether a model is calibrated; empty if there is nothing."""
        return []

    def error_patterns(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ErrorPattern]:
        """How the errors are distributed, the most important first; empty without errors."""
        return []

    def shown_error(self, dataset: Dataset, predictions: pd.DataFrame) -> pd.Series:
        """How wrong each row is, as people read it; the largest absolute values are the worst.

        The name of the series says what it is, such as `residual`.
        """
        import pandas as pd

        return pd.Series(self.row_errors(dataset, predictions), predictions.index, name="error")

    def unseen_labels(self, target: pd.Series, predictions: pd.DataFrame) -> pd.Series:
        """Which labels are of a class that the model has never seen, as booleans."""
        import pandas as pd

        return pd.Series(False, index=target.index)

    # Predictions without ground truth

    @abstractmethod
    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The columns of the predictions that are monitored for drift."""

    def prediction_summary(self, batches: Iterable[pd.DataFrame]) -> dict[str, float]:
        """Summary statistics of predictions in batches, such as `review_share`; none by default."""
        return {}

    def changed_predictions(self, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray | None:
        """Which rows are predicted a different label, (n,) bool; None if numbers are predicted."""
        return None

    def calibration(self, dataset: Dataset, predictions: pd.DataFrame) -> Calibration | None:
        """What `estimated_metrics` needs, fitted on held-out rows; None for a task without it.

        It is stored with a version, and says so if these rows do not allow an estimate.
        """
        return None

    def estimated_metrics(
        self,
        predictions: pd.DataFrame,
        calibration: Calibration,
        positive: str | int | None = None,
        *,
        seed: int = 0,
    ) -> dict[str, Metric]:
        """The metrics that are expected of rows without labels, with 95 % intervals."""
        return {}

    # Figures

    def figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """What people look at to judge an evaluation, by file name; may be empty."""
        return {}

    def curves(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, list[Curve]]:
        """Those of `figures` that are curves, as points to draw several versions; may be empty."""
        return {}

    @abstractmethod
    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """The distribution of predictions in batches, which can be gone through twice.

        A day may be larger than memory, and has at least one batch.
        """

    def error_figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """Where the predictions of one day are wrong, by file name; may be empty."""
        return {}

    # Proposals of `mlops-assets new`

    def require_learnable(self, target: pd.Series) -> None:
        """Raise `InputError` if no model of the task can learn the target."""
        return

    def positive_label(self, target: pd.Series) -> str | int | None:
        """The positive class of a typed target with two; None for any other."""
        return None

    def starting_gate(self, target: pd.Series, held_out: Callable[[int], int]) -> StartingGate:
        """The first gate of a new model; of n rows, `held_out(n)` will be in its holdout."""
        raise NotImplementedError(f"`new` does not propose {self.name}")


def require_rows(dataset: Dataset, predictions: pd.DataFrame) -> None:
    """Raise `InputError` unless there are rows, and a prediction for each of them."""
    rows = len(dataset)
    if rows == 0 or rows != len(predictions) or "prediction" not in predictions:
        raise InputError(
            seen=f"{rows} holdout rows and {len(predictions)} predictions "
            f"with the columns {list(predictions.columns)}",
            expected="at least one row, and a `prediction` for each of them",
            todo="add rows to the source, or correct the kind's `predict`",
        )


def require_metric(metric: str, computed: list[str], owner: str) -> None:
    """Raise `InputError` unless the metric was computed."""
    if metric not in computed:
        raise InputError(
            seen=f"no metric {metric!r} of the {owner} in {computed}{nearest(metric, computed)}",
            expected="a metric that the task and the predictions allow",
            todo="choose one of these for `beats_production` in defs.yaml",
        )
