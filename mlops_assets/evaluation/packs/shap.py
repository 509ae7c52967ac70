"""What each column adds to the predictions: SHAP values in the columns of defs.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.figures.importances import importances
from mlops_assets.evaluation.figures.shap import shap_dependence, shap_summary
from mlops_assets.evaluation.packs.base import TrainingPack, require_target
from mlops_assets.evaluation.shapley.explained_holdout import ExplainedHoldout, Limits
from mlops_assets.evaluation.shapley.packaged import Method
from mlops_assets.evaluation.shapley.panel import explained_panel, rows_taken
from mlops_assets.evaluation.shapley.summary import ColumnSummary, summary
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import ExplainsByPackage, Model, PackResult

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Shap(TrainingPack):
    """SHAP values of a sample of the held-out rows, in the columns of defs.yaml.

    What each column adds to the probability of the positive one of two classes, to that of the
    predicted one of several, to a score, or to a predicted number. The values of a row add up to
    its prediction minus the mean over the background, which are training rows, within 1e-9 for any
    model; single values are estimates. What became of one column, such as one-hot labels, counts as
    that column.

    `tree` and `linear` ask the package `shap` instead, whose values are exact, in the log odds of
    boosted trees and linear classifiers. Where its sums miss the predictions, values are sampled,
    and the panel says why.
    """

    type: Literal["shap"] = "shap"
    rows: int = Field(200, ge=1, le=10_000, description="Held-out rows to explain at most.")
    seconds: float = Field(
        20.0, gt=0, description="Time for all of it; then the rows explained so far are taken."
    )
    background: int = Field(
        50, ge=5, le=1_000, description="Training rows that predictions are compared with."
    )
    method: Method = Field(
        "sampled",
        description="`sampled` suits any model. `tree` and `linear` are exact, and need the extra "
        "`shap`.",
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a task whose predictions depend on other rows."""
        require_target(self.type, spec)

    def evaluate(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """Figures, the document `shap_values.json` and the panel; nothing that could be gated."""
        self.require(spec)
        if self.method != "sampled" and not isinstance(model, ExplainsByPackage):
            raise InputError(
                seen=f"the pack shap with `method: {self.method}`, and a {spec.model.type} model",
                expected="a model that the package shap explains",
                todo="leave out `method`: sampled values suit any model",
            )
        limits = Limits(self.rows, self.background, self.seconds, self.method)
        found = Found(ExplainedHoldout(limits, model, training, dataset, predictions, spec))
        return PackResult(
            draw=found.figures,
            documents={"shap_values.json": found.document},
            panel=lambda: {"shap": found.panel()},
        )


@dataclass
class Found:
    """What is shown of the SHAP values of a holdout."""

    of: ExplainedHoldout

    @cached_property
    def ranked(self) -> list[ColumnSummary]:
        """The columns, the most important first."""
        return summary(self.of.sample, self.of.sample.typed(self.of.dataset.columns))

    def figures(self) -> dict[str, Figure]:
        """All columns, their importance, and the dependence of the strongest."""
        columns = self.of.sample.typed(self.of.dataset.columns)
        given = self.of.sample, columns, self.ranked, self.of.spec.personal_data
        drawn = {
            "shap_summary": shap_summary(*given),
            "feature_importance": importances(self._importances()),
        }
        dependence = shap_dependence(*given)
        return drawn | ({"shap_dependence": dependence} if dependence else {})

    def document(self) -> dict[str, Any]:
        """The values by column, and what they say."""
        found = self.of.sample
        values = {name: found.values[:, at].tolist() for at, name in enumerate(found.columns)}
        return {
            "explains": found.about,
            "taken": rows_taken(found, len(self.of.dataset)),
            "method": found.method,
            "compared_with": found.compared_with,
            "complete": found.complete,
            "rows": self.of.places[: len(found)],
            "base": found.base.tolist(),
            "output": found.output.tolist(),
            "values": values,
            "columns": [it._asdict() for it in self.ranked],
            "single_rows": [
                {"row": at, "why": why, **it.model_dump(mode="json")}
                for at, (why, it) in self.of.singles.items()
            ],
        }

    def panel(self) -> str:
        """The strongest columns, and the strongest of what explains single rows."""
        panel = explained_panel(self.of.sample, self.ranked, self.of.singles, len(self.of.dataset))
        return f"{panel}\n\n{self.of.why_sampled}" if self.of.why_sampled else panel

    def _importances(self) -> pd.DataFrame:
        import pandas as pd

        table = pd.DataFrame([it[:3] for it in self.ranked])
        table.columns = ["feature", "importance", "spread"]
        unit = f"mean absolute SHAP value ({self.of.sample.about}, {len(self.of.sample):,} rows)"
        return table.assign(unit=unit)
