"""What every kind of model promises: fit, save, load, predict, evaluate, explain."""

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
    """One setting that a search tried: its parameters and the scores it reached."""

    params: dict[str, Any]
    metrics: dict[str, float]


@dataclass(frozen=True)
class Fitted:
    """A fitted model and what MLflow records of its training.

    `params` go in as parameters, `metrics` (named `train_…`) as metrics; `trials` are the
    settings a search tried, in the order it tried them, and empty without a search. `claims` are
    what should hold of a fit, as a person would check it; they warn. `samples` are a few of the
    rows it was fitted on, for people to look at, with personal data masked.
    """

    model: Any
    params: dict[str, Any]
    metrics: dict[str, float]
    trials: list[Trial] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    samples: pd.DataFrame | None = None


@dataclass(frozen=True)
class Evaluated:
    """What a model says of rows, and how good that is.

    `predictions` as from `predict`; `metrics` with their intervals; `draw` makes the pictures that
    only this kind has, by the name of their file; `documents` are further results that JSON can
    hold, by file name.
    """

    predictions: pd.DataFrame
    metrics: dict[str, Metric]
    draw: Callable[[], Mapping[str, Figure]] = dict
    documents: dict[str, Any] = field(default_factory=dict)


class Evidence(NamedTuple):
    """What one field of two records says: in words, without a value, and in bits with a sign."""

    field: str
    seen: str
    weight: float


@dataclass(frozen=True)
class ExplainedPair:
    """Why two records are one thing, or are not. It holds no value of theirs.

    The weights of `evidence` add up to `match_weight`, log2 of the odds; `probability` is the same
    from 0 to 1. `decision` is what follows, such as `match`, and `reason` says why in words.
    """

    evidence: list[Evidence]
    match_weight: float
    probability: float
    decision: str
    reason: str


class Kind(Protocol):
    """A kind of model, and the `model:` part of a model's YAML.

    To add one, put a module or package into this folder that has a frozen pydantic model with
    these methods and `type: Literal["<its name>"]`. It must be cheap to import: the libraries it
    works with are imported inside the methods. Nothing else needs to be touched.
    """

    type: Any
    tasks: ClassVar[tuple[Task, ...]]
    """What it can be asked for; the first is the default."""
    libraries: ClassVar[tuple[str, ...]]
    """The installed packages whose versions decide what it fits and predicts."""
    claims: ClassVar[Mapping[str, str]]
    """What `fit` checks of its result, by name, with a description; they warn."""

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
        """Fit on typed features (see `typed_features`) and a typed target without gaps.

        `target` is None for a task that is learned without one. The same data and seed give the
        same model. Python objects that the YAML names are imported only under `allowed_prefixes`,
        such as `("sklearn.",)`. Raises `InputError`.
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

        A few rows are enough for the samples; they give the signature. Leaves the thread's
        active run alone. Raises `InputError`, before MLflow holds anything, if the model
        cannot be saved safely.
        """
        ...

    def load(self, model_uri: str) -> Any:
        """The model saved at `models:/m-…`, from the configured tracking server."""
        ...

    def predict(self, model: Any, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction`, and `probability_<label>` for each class; indexed like `features`."""
        ...

    def prediction_summary(self, predictions: pd.DataFrame) -> dict[str, float]:
        """What a day's predictions come to, by name, such as `review_share`; may be none."""
        ...

    def monitoring_features(self, model: Any, features: pd.DataFrame) -> pd.DataFrame:
        """Further columns in which rows drift, indexed like `features`; there may be none.

        Yes or no as `boolean` and numbers as float64, named in words that a report shows, such as
        `mobile is a default`; missing where nobody can tell. They hold no personal data.
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
        """Judge the model on rows that it was not taught.

        `ground_truth` is indexed like `features` and missing where it is not known; None where
        there is none at all: then only what needs none is measured.
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
        """`feature`, `importance`, `spread`: one row a feature column, most important first."""
        ...


@runtime_checkable
class ExplainsPairs(Protocol):
    """What a kind that compares records may also have; `mlops-assets explain` asks for it."""

    def explain_pair(self, model: Any, features: pd.DataFrame) -> ExplainedPair:
        """Why the two rows of `features`, typed as for `fit`, are one thing or are not."""
        ...
