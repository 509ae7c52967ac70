"""The interface of a pack: a part of the evaluation that a model asks for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def require_target(pack: str, spec: LifecycleSpec) -> None:
    """Raise `InputError` for a task whose models learn no target and compare rows."""
    if not spec.is_supervised:
        raise InputError(
            seen=f"the pack {pack}, and a {spec.task} model, which learns no target",
            expected="a supervised task, whose model predicts each row by itself",
            todo="leave the pack out of `packs`",
        )


def require_task(pack: str, spec: LifecycleSpec, member: str) -> None:
    """Raise `InputError` if the task has no `member` of its own, which the pack asks for."""
    if getattr(type(spec.task), member) is getattr(Task, member):
        raise InputError(
            seen=f"the pack {pack}, and the task {spec.task}",
            expected=f"a task with `{member}`",
            todo="leave the pack out of `packs`",
        )


class AnyPack(BaseModel, ABC):
    """A part of the evaluation, and its entry under `packs:` in a model's YAML.

    To add one, put a module into this folder, or register a class of another package under the
    entry point group `mlops_assets.packs`: a subclass of `Pack`, `LabelledPack` or `TrainingPack`
    with `type: Literal["<its name>"]`, its settings as fields, and `evaluate` (`judge`). It must be
    cheap to import, so import heavy libraries inside the method.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Any

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` if defs.yaml lacks what the pack needs; asked when it is loaded."""
        return

    @abstractmethod
    def run(
        self,
        model: Model,
        training: Callable[[], Dataset],
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """Call `evaluate` with what this sort of pack looks at."""


class Pack(AnyPack):
    """A pack of the held-out rows."""

    def run(
        self,
        model: Model,
        training: Callable[[], Dataset],
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """Without the training rows."""
        return self.evaluate(model, dataset, predictions, spec)

    @abstractmethod
    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """Metrics, figures and documents of the holdout; all packs run before the gates.

        It runs again before a version whose gates have changed is promoted, for the metrics alone:
        what only a figure or a document needs belongs into their functions.

        `dataset` are the held-out rows; its target is missing where it is unknown, and None for an
        unsupervised model without ground truth. `predictions` are the model's, for the same rows.
        Raises `InputError` if something that the pack needs is not there.
        """


class LabelledPack(Pack):
    """A pack of the rows whose target is known; it finds nothing without a target."""

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """What `judge` finds on the labelled rows; nothing without a target."""
        if dataset.target is None:
            return PackResult()
        return self.judge(*labelled_rows(dataset, predictions), spec)

    @abstractmethod
    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The result for rows that all have a target, and their predictions."""

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult | None:
        """The result for the labelled rows of a monitored day, which `performance_report` shows.

        Its metrics are a series over days. By default None: the pack looks at evaluations only.
        `known` lacks context columns that the day was stored without.
        """
        return None


def labelled_rows(dataset: Dataset, predictions: pd.DataFrame) -> tuple[Dataset, pd.DataFrame]:
    """The rows whose target is known, with their predictions."""
    known = dataset.labelled()
    return known, predictions.loc[known.features.index]


class TrainingPack(AnyPack):
    """A pack of the training rows and the held-out rows."""

    def run(
        self,
        model: Model,
        training: Callable[[], Dataset],
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """With the training rows."""
        return self.evaluate(model, training(), dataset, predictions, spec)

    @abstractmethod
    def evaluate(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """As for `Pack`, with the rows that `model` was fitted on.

        `training.folds(k)` divides them like the split did: rows of one identity, or of one block
        of time, stay together. Without a holdout, as for an unsupervised model, `training` and
        `dataset` have the same rows. What fits models again belongs into documents and the panel,
        unless a gate is to bound it.
        """
