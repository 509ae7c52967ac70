"""The interface of a kind of model: fit, save, load, predict, evaluate, explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from mlops_assets.claims import Claim
from mlops_assets.features.columns import Columns, Task

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.tasks.metrics import Metric


class Trial(NamedTuple):
    """One trial of a hyperparameter search: its parameters and its scores."""

    params: dict[str, Any]
    metrics: dict[str, float]


@dataclass(frozen=True)
class Fitted:
    """A fitted model and what MLflow records about its training.

    `params` are logged as parameters, `metrics` (named `train_…`) as metrics. `trials` are those
    of a search, in order, and empty without one. `claims` are sanity checks of the fit; a failed
    one is a warning. `samples` are a few training rows for inspection, personal data masked.
    """

    model: Any
    params: dict[str, Any]
    metrics: dict[str, float]
    trials: list[Trial] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    samples: pd.DataFrame | None = None


@dataclass(frozen=True)
class Evaluated:
    """Predictions for some rows, and their metrics.

    `predictions` as from `predict`; `metrics` with their intervals; `draw` returns the figures
    specific to this kind, by file name; `documents` are further results, by file name, that can be
    stored as JSON.
    """

    predictions: pd.DataFrame
    metrics: dict[str, Metric]
    draw: Callable[[], Mapping[str, Figure]] = dict
    documents: dict[str, Any] = field(default_factory=dict)


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


class Kind(Protocol):
    """A kind of model, and the `model:` part of a model's YAML.

    To add one, put a module or package into this folder that defines a frozen pydantic model with
    these methods and `type: Literal["<its name>"]`. It must be cheap to import, so import heavy
    libraries inside the methods. Nothing else needs to change.
    """

    type: Any
    tasks: ClassVar[tuple[Task, ...]]
    """The supported tasks; the first is the default."""
    libraries: ClassVar[tuple[str, ...]]
    """The packages whose installed versions affect what it fits and predicts."""
    claims: ClassVar[Mapping[str, str]]
    """The sanity checks that `fit` makes (name → description); a failed one is a warning."""

    def fit(
        self,
        features: pd.DataFrame,
        target: pd.Series | None,
        columns: Columns,
        task: Task,
        *,
        seed: int,
        allowed_prefixes: tuple[str, ...],
    ) -> Fitted:
        """Fit on typed features (see `typed_features`) and a typed target without missing values.

        `target` is None for an unsupervised task. The same data and seed give the same model.
        Python objects named in the YAML are imported only from `allowed_prefixes`, such as
        `("sklearn.",)`. Raises `InputError`.
        """
        ...

    def save(
        self,
        fitted_model: Any,
        features_sample: pd.DataFrame,
        predictions_sample: pd.DataFrame,
        *,
        run_id: str,
        model_name: str,
    ) -> str:
        """Log `Fitted.model` to MLflow under the run and return the model id, `m-…`.

        The samples only determine the signature, so a few rows are enough. The active run of the
        thread is left alone. Raises `InputError`, before anything is logged, if the model cannot be
        saved safely.
        """
        ...

    def load(self, model_uri: str) -> Any:
        """Load the model at `models:/m-…` from the configured tracking server."""
        ...

    def predict(self, model: Any, features: pd.DataFrame) -> pd.DataFrame:
        """Return `prediction` and `probability_<label>` per class, indexed like `features`."""
        ...

    def prediction_summary(self, predictions: pd.DataFrame) -> dict[str, float]:
        """Summary statistics of predictions, by name, such as `review_share`; may be empty."""
        ...

    def monitoring_features(self, model: Any, features: pd.DataFrame) -> pd.DataFrame:
        """Further columns to monitor for drift, indexed like `features`; there may be none.

        Flags as `boolean` and numbers as float64, with names fit for a report, such as
        `mobile is a default`; missing where unknown. They contain no personal data.
        """
        ...

    def evaluate(
        self,
        model: Any,
        features: pd.DataFrame,
        ground_truth: pd.Series | None,
        task: Task,
        *,
        positive: object,
        seed: int,
    ) -> Evaluated:
        """Evaluate the model on held-out rows.

        `ground_truth` is indexed like `features`, with missing values where it is unknown. If it is
        None, only the metrics that need no ground truth are computed.
        """
        ...

    def explain(
        self,
        model: Any,
        features: pd.DataFrame,
        target: pd.Series | None,
        task: Task,
        *,
        seed: int,
    ) -> pd.DataFrame:
        """Feature importances: `feature`, `importance`, `spread`, most important first."""
        ...


@runtime_checkable
class ExplainsPairs(Protocol):
    """Optional interface of a kind that compares records, used by `mlops-assets explain`."""

    def explain_pair(self, model: Any, features: pd.DataFrame) -> ExplainedPair:
        """Explain whether the two rows of `features`, typed as for `fit`, are the same entity."""
        ...
