"""Whether the model treats the groups of sensitive columns alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness.groups import Groups, groups_of
from mlops_assets.evaluation.fairness.parity import compare_groups
from mlops_assets.evaluation.fairness.records import Parity, overall
from mlops_assets.evaluation.fairness.report import (
    GroupMetrics,
    fairness_page,
    fairness_table,
    group_metrics,
)
from mlops_assets.evaluation.figures.fairness import fairness_metrics
from mlops_assets.evaluation.packs.base import LabelledPack, require_task
from mlops_assets.features.columns import nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import label_text
from mlops_assets.kinds.base import PackResult
from mlops_assets.tasks.base import require_rows

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

ROLE = "sensitive"


class Fairness(LabelledPack):
    """Differences between groups of people, by every column of the context role `sensitive`.

    Of two classes: statistical parity, equal opportunity and predictive parity difference; of
    several classes the accuracy difference; of numbers those of the mean prediction, the mean error
    and the MAE. 0 is equal. The metric is the largest difference between two groups; with several
    columns that of the worst one, and there are those of each, as `<name>/<column>`. It is NaN, and
    a gate on it fails, if a column has fewer than two groups that are large enough to judge.
    """

    type: Literal["fairness"] = "fairness"
    reference: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        description="The group that the others are compared with, such as {gender: male}. Default: "
        "the largest of each column.",
    )
    bands: dict[str, list[float]] = Field(
        default_factory=dict,
        description="Where to divide the numbers of a column into groups, such as {age: [30, 50]}: "
        "below 30, 30 to below 50, and 50 or more.",
    )
    least_rows: int = Field(
        30,
        ge=10,
        description="The fewest rows of a group that count for a rate to be judged by it.",
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` without a sensitive column, or for settings of another, or a task."""
        require_task(self.type, spec, "group_rates")
        there = spec.context.get(ROLE, [])
        unknown = [it for it in (*self.reference, *self.bands) if it not in there]
        empty = [name for name, edges in self.bands.items() if not edges]
        if not there or unknown or empty:
            raise InputError(
                seen=f"the pack fairness has settings for {unknown[0]!r}"
                f"{nearest(unknown[0], there)}"
                if there and unknown
                else f"the pack fairness has no numbers in `bands` of {empty[0]!r}"
                if there
                else "the pack fairness, and no sensitive column",
                expected="columns that are listed in `context: {sensitive: [...]}`",
                todo="add the column there, or correct the settings of the pack",
            )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The largest differences; groups, their metrics and the report where they are stored."""
        self.require(spec)
        require_rows(known, predictions)
        columns = [self._groups(known.context[name]) for name in known.roles.get(ROLE, ())]
        parities = self._compared(known, predictions, columns, spec)
        compute = partial(group_metrics, spec.task, known, predictions, columns, self.least_rows)
        metrics = cache(partial(compute, seed=spec.seed))
        return PackResult(
            overall(parities),
            draw=lambda: {"fairness_metrics": fairness_metrics(parities)},
            documents={
                "fairness.json": partial(_document, parities, metrics),
                "fairness_report.html": lambda: fairness_page(
                    spec, parities, metrics(), self.least_rows, len(known)
                ),
            },
            panel=lambda: {"fairness": fairness_table(parities, self.least_rows)},
        )

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult | None:
        """The same differences, without the page; a day may lack the reference group."""
        require_rows(known, predictions)
        there = [known.context[name] for name in known.roles.get(ROLE, ())]
        if not there:
            return PackResult(panel=lambda: {"fairness": "the day has no sensitive column"})
        columns = [self._groups(values, of_day=True) for values in there]
        parities = self._compared(known, predictions, columns, spec)
        differences = [it.model_dump(mode="json") for it in parities]
        return PackResult(
            overall(parities),
            documents={"fairness.json": lambda: {"differences": differences}},
            panel=lambda: {"fairness": fairness_table(parities, self.least_rows)},
        )

    def _compared(
        self,
        known: Dataset,
        predictions: pd.DataFrame,
        columns: list[Groups],
        spec: LifecycleSpec,
    ) -> list[Parity]:
        rates = spec.task.group_rates(known, predictions)
        return compare_groups(rates, columns, least=self.least_rows, seed=spec.seed)

    def _groups(self, values: pd.Series, *, of_day: bool = False) -> Groups:
        """The groups of a column; those of a day without the reference group have the largest."""
        name = str(values.name)
        named = label_text(self.reference[name]) if name in self.reference else None
        groups = groups_of(values, bands=self.bands.get(name, ()))
        if of_day and named not in groups.names:
            return groups
        return groups_of(values, reference=named, bands=self.bands.get(name, ()))


def _document(parities: list[Parity], metrics: Callable[[], list[GroupMetrics]]) -> dict[str, Any]:
    return {
        "differences": [it.model_dump(mode="json") for it in parities],
        "groups": [it.model_dump(mode="json") for it in metrics()],
    }
