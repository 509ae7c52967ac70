"""The interfaces of a kind of model, and of the models it fits and loads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from mlops_assets.claims import Claim
from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.tasks.training_spec import TrainingSpec

STANDARD_PACKS = ("metrics", "slices", "figures", "importance")
"""The parts of an evaluation that suit a supervised model (see `evaluation/packs/`)."""


class Trial(NamedTuple):
    """One trial of a hyperparameter search: its parameters and its scores."""

    params: dict[str, Any]
    metrics: dict[str, float]


@dataclass(frozen=True)
class ThresholdCurve:
    """Scores of a classifier at each of `thresholds`, by which the `chosen` one is the best.

    Of training rows, each predicted by a model that has not seen it. `scores` has `metric`, what is
    made best, and others by name; NaN where undefined.
    """

    chosen: float
    metric: str
    thresholds: Sequence[float]
    scores: Mapping[str, Sequence[float]]

    @property
    def at_chosen(self) -> dict[str, float]:
        """Each score at the chosen threshold."""
        place = list(self.thresholds).index(self.chosen)
        return {name: float(values[place]) for name, values in self.scores.items()}


@dataclass(frozen=True)
class Summary:
    """What MLflow records about the training of a model; empty for a model that was loaded.

    `params` are logged as parameters, `metrics` (named `train_…`) as metrics. `trials` are those
    of a search, in order, and empty without one. `claims` are sanity checks of the fit; a failed
    one is a warning. `samples` are a few training rows for inspection, personal data masked.
    `threshold` is what the threshold of a classifier was chosen by, if it was. `series` are metrics
    with a value per step of the training, such as the loss of each epoch.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    trials: Sequence[Trial] = ()
    claims: Sequence[Claim] = ()
    samples: pd.DataFrame | None = None
    threshold: ThresholdCurve | None = None
    series: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class LearningCurve:
    """Scores of a fit as it sees more: more iterations, or more training rows.

    `curves` has the scores, named like a metric by `score`, at each of `steps`: `training` on the
    rows that were fitted, `validation` on other training rows, never on the holdout. Without
    curves, `why_none` says why.
    """

    steps: Sequence[int] = ()
    step: str = ""
    score: str = ""
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    why_none: str = ""


@dataclass(frozen=True)
class PackResult:
    """What a pack finds in an evaluation.

    `metrics` can be gated. `draw` returns figures by file name. `documents` are further results by
    file name, each a function whose value can be stored as JSON; one named `<name>.html` is a page,
    as text, which the panel links to. `panel` returns what the panel of `evaluation` shows, as
    Markdown by name; the metrics of a pack that has some are not listed among the others there.
    They are called only where they are wanted: what is evaluated again before its promotion needs
    the metrics alone.
    """

    metrics: Mapping[str, Metric] = field(default_factory=dict)
    draw: Callable[[], Mapping[str, Figure]] = dict
    documents: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    panel: Callable[[], Mapping[str, str]] = dict


class Model(Protocol):
    """A fitted model. `features` are typed (see `typed_features`) and have the fitted columns."""

    def summary(self) -> Summary:
        """What its training logs; empty for a model that was loaded."""
        ...

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """Predictions of the rows, indexed like them: `prediction`, and columns of the task."""
        ...

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the model to MLflow under the run and return its id, `m-…`.

        The `sample` of training features only determines the signature, so a few rows are enough.
        The parameters of the run are those of the logged model, too: by the one called `kind`, the
        kind that can load it is found, whatever defs.yaml names by then. The active run of the
        thread is left alone. Raises `InputError`, before anything is logged, if the model cannot be
        saved safely.
        """
        ...

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """Further columns to monitor for drift, indexed like `features`; there may be none.

        Flags as `boolean` and numbers as float64, with names fit for a report, such as
        `mobile is a default`; missing where unknown. They contain no personal data.
        """
        ...

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """Feature importances: `feature`, `importance`, `spread`, most important first.

        A column `unit` may say what one unit of importance is, such as `bits`.
        """
        ...

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to the prediction of each row, for a few rows.

        Indexed like the rows, one column per feature. Above 0 speaks for the prediction, and NaN
        says nothing; the kind says in which unit.
        """
        ...


class Predicts(Protocol):
    """The part of a model that predicts."""

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """As in `Model`."""
        ...


def predictions_of(model: Predicts, features: pd.DataFrame) -> pd.DataFrame:
    """The predictions of the rows, for everything that takes a model of any kind.

    Raises `InputError` if a row has no `prediction`, or they have another index than the rows.
    """
    import pandas as pd

    found = model.predict(features)
    if not isinstance(found, pd.DataFrame):
        raise _wrong_predictions(model, f"a {type(found).__name__}")
    if "prediction" not in found:
        raise _wrong_predictions(model, f"the columns {list(found.columns)}")
    if not found.index.equals(features.index):
        rows = f"{len(found)} predictions of {len(features)} rows"
        raise _wrong_predictions(model, f"{rows}, which are not indexed like them")
    if missing := int(found["prediction"].isna().sum()):
        raise _wrong_predictions(model, f"no prediction for {missing} of {len(found)} rows")
    return found


def _wrong_predictions(model: Predicts, seen: str) -> InputError:
    kind = type(model)
    return InputError(
        seen=f"`predict` of {kind.__module__}.{kind.__name__} gives {seen}",
        expected="a table with the column `prediction`, indexed like the rows",
        todo="correct the kind of this model",
    )


class Kind(Protocol):
    """A kind of model, and the `model:` part of a model's YAML.

    To add one, put a module or package into this folder, or register a class of another package
    under the entry point group `mlops_assets.kinds`: a frozen pydantic model with these members
    and `type: Literal["<its name>"]`. It must be cheap to import, so import heavy libraries inside
    the methods. Nothing else needs to change.
    """

    type: Any
    tasks: ClassVar[tuple[Task, ...]]
    """The supported tasks; the first is the default."""
    libraries: ClassVar[tuple[str, ...]]
    """The packages whose installed versions affect what it fits and predicts."""
    claims: ClassVar[Mapping[str, str]]
    """The sanity checks that a fit makes (name → description); a failed one is a warning."""
    packs: ClassVar[tuple[str, ...]]
    """The packs of its evaluation, by name, such as `STANDARD_PACKS`; a model can add more."""

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> Model:
        """Fit on typed features and a target without missing values.

        The target is None for an unsupervised task. Context is never fitted on, except where the
        YAML asks for a mitigation that names the column. The same data and
        seed give the same model. Python objects named in the YAML are imported only from
        `allowed_prefixes`, such as `("sklearn.",)`. Raises `InputError`.
        """
        ...

    @classmethod
    def load(cls, model_uri: str) -> Model:
        """Load the model at `models:/m-…` from the configured tracking server."""
        ...


@runtime_checkable
class ShowsLearning(Protocol):
    """Optional interface of a fitted model that shows how its training went."""

    def learning_curve(self, train: Dataset, *, seed: int) -> LearningCurve:
        """The curve of the fit on `train`, in about a second at most."""
        ...


@runtime_checkable
class DecidesByThreshold(Protocol):
    """Optional interface of a fitted binary classifier that may decide by set thresholds."""

    def decision_thresholds(self) -> Mapping[str, float]:
        """The probability of the positive class from which on a row is predicted positive.

        By the name of a group, and "" for all other rows; empty if the more probable class is
        predicted.
        """
        ...


@runtime_checkable
class Mitigates(Protocol):
    """Optional interface of a kind that can treat groups alike at some cost."""

    def unmitigated(self) -> Kind | None:
        """The same without its mitigation; None if it has none."""
        ...

    def mitigated_column(self) -> str | None:
        """The column with the groups; None without a mitigation."""
        ...


@runtime_checkable
class NeedsColumns(Protocol):
    """Optional interface of a kind whose settings name columns."""

    def require_columns(self, spec: TrainingSpec) -> None:
        """Raise `InputError` if one is not there, or not of use; asked when defs.yaml is loaded."""
        ...


@runtime_checkable
class NeedsContext(Protocol):
    """Optional interface of a kind that knows what values its context may have."""

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` for rows that it cannot use; asked of training rows and each day."""
        ...


class Evidence(NamedTuple):
    """Evidence from one field of a pair: the agreement in words, without values, and in bits."""

    field: str
    seen: str
    weight: float


@dataclass(frozen=True)
class ExplainedPair:
    """Why two records are, or are not, the same entity; contains none of their values.

    The weights of `evidence` add up to `match_weight`, the log2 odds of a match; `probability` is
    the same on a scale from 0 to 1. `decision`, such as `match`, follows from it, and `reason`
    explains it in words.
    """

    evidence: list[Evidence]
    match_weight: float
    probability: float
    decision: str
    reason: str


@runtime_checkable
class ExplainsPairs(Protocol):
    """Optional interface of a model that compares records, used by `mlops-assets explain`."""

    def explain_pair(self, features: pd.DataFrame) -> ExplainedPair:
        """Explain whether the two rows of `features`, typed as for `fit`, are the same entity."""
        ...


@runtime_checkable
class EvaluatesLinkage(Protocol):
    """Optional interface of a model that links records, used by the pack `linkage`."""

    def evaluate_linkage(
        self, dataset: Dataset, predictions: pd.DataFrame, *, seed: int
    ) -> PackResult:
        """What the compared pairs show; without a target, what needs none."""
        ...


class RowPredictions(NamedTuple):
    """Predictions of rows in their order, with the probabilities of each class if there are any."""

    predictions: list[Any]
    probabilities: list[list[float]] | None


@runtime_checkable
class RowPredictor(Protocol):
    """Predicts single rows fast, for serving.

    A row maps each feature column to its typed value: numeric and boolean to float (NaN where
    missing), categorical to str or None, date to a naive datetime in UTC or None, text to str.
    """

    def predict_rows(self, rows: Sequence[Mapping[str, Any]]) -> RowPredictions:
        """Predictions of the rows, which equal those of `Model.predict`."""
        ...

    def thresholds(self) -> Mapping[str, Sequence[float]]:
        """Numbers of each numeric column at which the prediction may change; there may be none."""
        ...


@runtime_checkable
class PredictsRows(Protocol):
    """Optional interface of a model that has a fast path for single rows.

    Serving compares it with the model itself at every load, and does without if they differ.
    """

    def row_predictor(self) -> RowPredictor | None:
        """The fast path of this model; None if it has none."""
        ...


MixedPredictor = Callable[["np.ndarray", int, "np.ndarray"], "pd.DataFrame"]
"""Predicts mixtures of one row with others of a table, given by their positions.

`mask` (n, columns) bool, `one`, `others` (n,) int: a column is that of row `one` where the mask is
true, else that of the other row. The result has the columns that `predict` gives of these rows;
`prediction` may be left out where there are probabilities or a score.
"""


@runtime_checkable
class PredictsMixedRows(Protocol):
    """Optional interface of a model with a fast path for rows mixed from others.

    Explaining one row takes thousands of them. A model without it predicts them by `predict`.
    """

    def mixed_predictor(self, features: pd.DataFrame) -> MixedPredictor | None:
        """The fast path for rows mixed from those of `features`; None if there is none."""
        ...


MOST_OFF = 1e-6
"""By how much sums of a package may miss, as a share of the largest output."""


class PackageValues(NamedTuple):
    """SHAP values of the first rows of a table, in its columns, by a package that knows the model.

    `values` (rows, columns, outputs) and `base` (outputs,) should add up to `output` (rows,
    outputs), what the model itself gives. `unit` says what that is: `probability`, `log odds`,
    `score` or `prediction`. `classes` are those of a classifier; with two classes and one output,
    it is that of the second.
    """

    values: np.ndarray
    base: np.ndarray
    output: np.ndarray
    unit: str
    classes: tuple[str, ...]

    @property
    def off(self) -> float:
        """By how much the sum of a row misses its output at most, as a share of the largest."""
        import numpy as np

        missed = np.abs(self.values.sum(axis=1) + self.base - self.output).max()
        return float(missed / max(1.0, np.abs(self.output).max()))


@runtime_checkable
class ExplainsByPackage(Protocol):
    """Optional interface of a model that the package `shap` has a method of its own for."""

    def package_values(
        self,
        features: pd.DataFrame,
        background: pd.DataFrame,
        *,
        method: str,
        seconds: float,
        least: int,
    ) -> PackageValues:
        """The values of as many rows as there is time for, and of the first `least` in any case.

        If those are off by more than `MOST_OFF`, no others.

        `method` is `tree`, by the rows that the leaves were grown on, or `linear`, compared with
        the mean of the rows `background`. Raises `InputError` if the package is not installed, or
        the method does not suit the model.
        """
        ...


@dataclass(frozen=True)
class TextEvidence:
    """What two texts of a row have in common, the strongest first.

    `words` are in both, with what each adds to the similarity of the texts. Of the skills that the
    right text asks for, the left one has those in `found`, and not those in `lacking`. All of them
    are in several training texts.
    """

    words: Mapping[str, float]
    found: Sequence[str]
    lacking: Sequence[str]

    def shown(self, most: int = 10) -> dict[str, Any]:
        """As JSON, with the strongest words."""
        words = [{"word": it, "adds": adds} for it, adds in [*self.words.items()][:most]]
        skills = {"skills_found": list(self.found), "skills_lacking": list(self.lacking)}
        return {"words_in_both": words, **skills}


@runtime_checkable
class MatchesTexts(Protocol):
    """Optional interface of a model that scores two texts of a row by features of the pair.

    Its rows are explained in these features, because one of the two texts says nothing alone.
    """

    def pair_table(self, features: pd.DataFrame) -> pd.DataFrame:
        """The features of the pair, as numbers, in place of the texts; and the other columns."""
        ...

    def pair_background(self, features: pd.DataFrame) -> pd.DataFrame:
        """As many rows like `pair_table`, of training pairs; `features` need no texts."""
        ...

    def pair_model(self) -> Predicts:
        """What predicts the rows of `pair_table`, as the model does the texts."""
        ...

    def text_evidence(self, features: pd.DataFrame) -> TextEvidence:
        """What speaks for the match of the one row of `features`, and what is lacking."""
        ...
