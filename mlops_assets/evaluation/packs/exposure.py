"""Whether groups of people get their share of the attention in ranked lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness.exposure import RATIOS, exposure
from mlops_assets.evaluation.fairness.exposure import Exposure as Found
from mlops_assets.evaluation.fairness.exposure_page import exposure_page, exposure_table
from mlops_assets.evaluation.fairness.groups import groups_of
from mlops_assets.evaluation.fairness.records import plain_name
from mlops_assets.evaluation.figures.exposure import exposure_ratios
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.tasks.base import require_rows
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.metrics.ranking import ranked

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SENSITIVE, GROUP = "sensitive", "group"


class Exposure(LabelledPack):
    """The share of the attention that each group gets in ranked lists, by its fair share.

    For every column of the context role `sensitive`. Attention falls with the rank, as in NDCG; it
    is compared with the group's share of all rows (`exposure_ratio`) and of the relevant ones
    (`relevant_exposure_ratio`). The metric is the lowest such ratio of two groups: 1 is equal, and
    below 0.8 breaks the four-fifths rule. With several columns it is that of the worst one, and
    there are those of each, as `<name>/<column>`. It is NaN, and a gate on it fails, if a column
    has fewer than two groups that are large enough to judge.
    """

    type: Literal["exposure"] = "exposure"
    bands: dict[str, list[float]] = Field(
        default_factory=dict,
        description="Where to divide the numbers of a column into groups, such as {age: [30, 50]}.",
    )
    least_rows: int = Field(
        30, ge=10, description="The fewest rows of a group that count for it to be judged."
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` without ranked lists or a sensitive column."""
        there = spec.context.get(SENSITIVE, [])
        unknown = [it for it in self.bands if it not in there]
        if not there or not spec.context.get(GROUP) or unknown:
            raise InputError(
                seen=f"the pack exposure, and `context` with the roles {list(spec.context)}"
                if not unknown
                else f"the pack exposure has `bands` for {unknown[0]!r}",
                expected="`group`, which says what is ranked together, and `sensitive` columns",
                todo="add them to `context`, or correct the settings of the pack",
            )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The lowest ratios; the page and the picture where they are stored."""
        self.require(spec)
        require_rows(known, predictions)
        found = self._found(known, predictions, spec)
        return PackResult(
            overall(found),
            draw=lambda: {"exposure": exposure_ratios(found)},
            documents={
                "exposure.json": lambda: _document(found),
                "exposure_report.html": lambda: exposure_page(
                    spec, found, self.least_rows, len(known)
                ),
            },
            panel=lambda: {"exposure": exposure_table(found, self.least_rows)},
        )

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult | None:
        """The same ratios of a day, without the page."""
        if not known.roles.get(SENSITIVE):
            return PackResult(panel=lambda: {"exposure": "the day has no sensitive column"})
        found = self._found(known, predictions, spec)
        return PackResult(
            overall(found),
            documents={"exposure.json": lambda: _document(found)},
            panel=lambda: {"exposure": exposure_table(found, self.least_rows)},
        )

    def _found(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> list[Found]:
        lists, scores = known.of_role(GROUP), predictions["prediction"]
        it = ranked(lists, known.known_target(), scores)
        groups = [
            groups_of(known.context[name], bands=self.bands.get(name, ()))
            for name in known.roles[SENSITIVE]
        ]
        in_order = [replace(each, codes=each.codes[it.order]) for each in groups]
        options = {"least": self.least_rows, "seed": spec.seed}
        return [exposure(it, each, among, **options) for each in in_order for among in RATIOS]


def overall(found: list[Found]) -> dict[str, Metric]:
    """Each ratio as a metric: the lowest over the columns; NaN if one cannot be judged."""
    metrics: dict[str, Metric] = {}
    for among, name in RATIOS.items():
        columns = [it for it in found if it.among == among]
        metrics[name] = min(columns, key=_worst).lowest
        if len(columns) > 1:
            metrics |= {f"{name}/{plain_name(it.column)}": it.lowest for it in columns}
    return metrics


def _worst(it: Found) -> float:
    return it.lowest.value if it.is_judged else -1.0


def _document(found: list[Found]) -> list[dict[str, Any]]:
    return [it.model_dump(mode="json") for it in found]
