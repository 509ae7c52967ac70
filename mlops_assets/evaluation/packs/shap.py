"""What each column adds to the predictions: SHAP values in the columns of defs.yaml."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.figures.importances import importances
from mlops_assets.evaluation.figures.shap import shap_dependence, shap_summary
from mlops_assets.evaluation.packs.base import TrainingPack
from mlops_assets.evaluation.shapley.explained_row import ExplainedRow, explained_rows
from mlops_assets.evaluation.shapley.explainer import Explained, Explainer, background_of
from mlops_assets.evaluation.shapley.panel import explained_panel, rows_taken
from mlops_assets.evaluation.shapley.summary import ColumnSummary, summary
from mlops_assets.evaluation.worst_rows import worst_places
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.tasks.metrics.labelled import confidence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SINGLE = 3
"""Rows that are explained one by one: of the worst, and of the most certain predictions."""
SINGLE_PASSES = 4
"""Single rows are explained more exactly than those that only their mean is shown of."""
SINGLE_SHARE = 0.25
"""Of the time."""


class Shap(TrainingPack):
    """SHAP values of a sample of the held-out rows, in the columns of defs.yaml.

    What each column adds to the probability of the positive one of two classes, to that of the
    predicted one of several, to a score, or to a predicted number. The values of a row add up to
    its prediction minus the mean over the background, which are training rows, within 1e-9 for any
    model; single values are estimates. What became of one column, such as one-hot labels, counts as
    that column.
    """

    type: Literal["shap"] = "shap"
    rows: int = Field(200, ge=1, le=10_000, description="Held-out rows to explain at most.")
    seconds: float = Field(
        20.0, gt=0, description="Time for all of it; then the rows explained so far are taken."
    )
    background: int = Field(
        50, ge=5, le=1_000, description="Training rows that predictions are compared with."
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a task whose predictions depend on other rows."""
        if not spec.is_supervised:
            raise InputError(
                seen=f"the pack shap, and a {spec.task} model, which learns no target",
                expected="a supervised task, whose model predicts each row by itself",
                todo="leave the pack out of `packs`",
            )

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
        found = Found(self, model, training, dataset, predictions, spec)
        return PackResult(
            draw=found.figures,
            documents={"shap_values.json": found.document},
            panel=lambda: {"shap": found.panel()},
        )


@dataclass
class Found:
    """The SHAP values of an evaluation, computed when they are first asked for."""

    pack: Shap
    model: Model
    training: Dataset
    dataset: Dataset
    predictions: pd.DataFrame
    spec: LifecycleSpec

    @cached_property
    def _began(self) -> float:
        return time.monotonic()

    @cached_property
    def singles(self) -> dict[int, tuple[str, ExplainedRow]]:
        """The worst and the most certain rows, by their place in the holdout."""
        self._began  # noqa: B018 - the clock starts
        chosen = dict.fromkeys(self._certain(), "most certain")
        chosen = dict.fromkeys(self._worst(), "worst") | chosen
        if not chosen:
            return {}
        found = self._explained([*chosen], self.pack.seconds * SINGLE_SHARE, SINGLE_PASSES)
        texts = explained_rows(
            found, self.dataset.columns, self.spec.personal_data, self.dataset.features
        )
        said = zip(chosen.items(), texts, strict=False)
        return {at: (why, text) for (at, why), text in said}

    @cached_property
    def sample(self) -> Explained:
        """A random sample of the held-out rows."""
        self.singles  # noqa: B018 - explained first, within the same time
        left = self.pack.seconds - (time.monotonic() - self._began)
        return self._explained(self._chosen, left, 1)

    @cached_property
    def _chosen(self) -> list[int]:
        """The places of the sampled rows in the holdout, in random order."""
        import numpy as np

        order = np.random.default_rng(self.spec.seed).permutation(len(self.dataset))
        return order[: self.pack.rows].tolist()

    @cached_property
    def ranked(self) -> list[ColumnSummary]:
        """The columns, the most important first."""
        return summary(self.sample, self.sample.typed(self.dataset.columns))

    def figures(self) -> dict[str, Figure]:
        """All columns, their importance, and the dependence of the strongest."""
        columns = self.sample.typed(self.dataset.columns)
        given = self.sample, columns, self.ranked, self.spec.personal_data
        drawn = {
            "shap_summary": shap_summary(*given),
            "feature_importance": importances(self._importances()),
        }
        dependence = shap_dependence(*given)
        return drawn | ({"shap_dependence": dependence} if dependence else {})

    def document(self) -> dict[str, Any]:
        """The values by column, and what they say."""
        found = self.sample
        values = {name: found.values[:, at].tolist() for at, name in enumerate(found.columns)}
        return {
            "explains": found.about,
            "taken": rows_taken(found, len(self.dataset)),
            "complete": found.complete,
            "rows": self._chosen[: len(found)],
            "base": found.base.tolist(),
            "output": found.output.tolist(),
            "values": values,
            "columns": [it._asdict() for it in self.ranked],
            "single_rows": [
                {"row": at, "why": why, **it.model_dump(mode="json")}
                for at, (why, it) in self.singles.items()
            ],
        }

    def panel(self) -> str:
        """The strongest columns, and the strongest of what explains single rows."""
        return explained_panel(self.sample, self.ranked, self.singles, len(self.dataset))

    def _importances(self) -> pd.DataFrame:
        import pandas as pd

        table = pd.DataFrame([it[:3] for it in self.ranked])
        table.columns = ["feature", "importance", "spread"]
        unit = f"mean absolute SHAP value ({self.sample.about}, {len(self.sample):,} rows)"
        return table.assign(unit=unit)

    def _explained(self, places: list[int], seconds: float, passes: int) -> Explained:
        rows = self.dataset.features.iloc[places]
        return self._explainer.explain(rows, seconds=seconds, passes=passes)

    @cached_property
    def _explainer(self) -> Explainer:
        background = background_of(self.model, self.training.features, self.pack.background)
        positive, seed = self.spec.positive, self.spec.seed
        return Explainer(self.model, background, positive=positive, seed=seed)

    def _worst(self) -> list[int]:
        if self.dataset.target is None:
            return []
        known = self.dataset.labelled()
        said = self.predictions.loc[known.features.index]
        rows = known.features.index[worst_places(known, said, self.spec.task)[:SINGLE]]
        return self.dataset.features.index.get_indexer(rows).tolist()

    def _certain(self) -> list[int]:
        import numpy as np

        sure = confidence(self.predictions)
        order = np.argsort(-sure, kind="stable")
        return order[np.isfinite(sure[order])][:SINGLE].tolist()
