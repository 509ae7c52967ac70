"""What the mitigation of a model costs, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness.cost import Change, metric_changes, parity_changes
from mlops_assets.evaluation.fairness.groups import groups_of
from mlops_assets.evaluation.packs.base import TrainingPack, labelled_rows
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Kind, Mitigates, Model, PackResult, predictions_of
from mlops_assets.platform.markdown import table
from mlops_assets.platform.settings import Settings
from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Comparison(NamedTuple):
    """How the mitigated model differs from the plain one."""

    column: str
    metrics: list[Change]
    parity: list[Change]


class Mitigation(TrainingPack):
    """Fits the model once more without its mitigation, and compares both on the holdout.

    The same rows, parameters and seed; every metric and every difference between groups of the
    column that is mitigated, with paired intervals. An interval that contains 0 says that the
    mitigation changed nothing beyond chance.
    """

    type: Literal["mitigation"] = "mitigation"
    least_rows: int = Field(
        30, ge=10, description="The fewest rows of a group that count for a rate to be judged."
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a model without a mitigation."""
        self._plain(spec)

    def evaluate(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """A document and a table; nothing that could be gated."""
        plain, column = self._plain(spec)
        known, mitigated = labelled_rows(dataset, predictions)
        compare = cache(partial(self._compare, plain, column, training, known, mitigated, spec))
        return PackResult(
            documents={"mitigation.json": partial(_document, compare)},
            panel=lambda: {"mitigation": _table(compare())},
        )

    def _plain(self, spec: LifecycleSpec) -> tuple[Kind, str]:
        kind = spec.model
        plain = kind.unmitigated() if isinstance(kind, Mitigates) else None
        column = kind.mitigated_column() if isinstance(kind, Mitigates) else None
        if plain is None or column is None:
            raise InputError(
                seen="the pack mitigation, and a model without a mitigation",
                expected="`model: {mitigation: {…}}`",
                todo="add one, or leave the pack out of `packs`",
            )
        return plain, column

    def _compare(
        self,
        plain: Kind,
        column: str,
        training: Dataset,
        known: Dataset,
        mitigated: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> Comparison:
        prefixes = Settings.from_environment().allowed_prefixes
        model = plain.fit(training, spec.task, seed=spec.seed, allowed_prefixes=prefixes)
        both = known, mitigated, predictions_of(model, known.features)
        there = known.context if column in known.context else known.features
        return Comparison(
            column,
            metric_changes(spec.task, *both, seed=spec.seed),
            parity_changes(
                spec.task,
                *both,
                groups_of(there[column]),
                least=self.least_rows,
                seed=spec.seed,
            ),
        )


def _document(compare: Callable[[], Comparison]) -> dict[str, Any]:
    found = compare()
    return {
        "column": found.column,
        "metrics": [it.model_dump(mode="json") for it in found.metrics],
        "parity": [it.model_dump(mode="json") for it in found.parity],
    }


def _table(found: Comparison) -> str:
    rows = [
        (it.name, _value(it.plain), _value(it.mitigated), _signed(it))
        for it in (*found.parity, *found.metrics)
    ]
    head = ["", "plain", "mitigated", "change, 95 % interval"]
    return f"{table(head, rows)}\n\nGroups of {found.column}; plain: the same without mitigation."


def _value(value: float) -> str:
    return f"{value:.3f}" if value == value else ""


def _signed(it: Change) -> str:
    if it.change.value != it.change.value:
        return "undefined"
    value, interval = written(it.change.value, it.change.low, it.change.high)
    return f"{'+' if it.change.value > 0 else ''}{value} {interval}".strip()
