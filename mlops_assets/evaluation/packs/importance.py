"""How much each feature matters to the model."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from mlops_assets.evaluation.figures.importances import importances
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


IMPORTANCES = "importances.json"


class Importance(Pack):
    """The feature importances that the model gives, as a document and as a figure."""

    type: Literal["importance"] = "importance"

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The document `importances.json` and the figure `importances`, computed once."""
        table = cache(partial(model.importance, dataset, seed=spec.seed))
        documents = {IMPORTANCES: partial(_records, table)}
        return PackResult(draw=partial(_drawn, table), documents=documents)


def _records(table: Callable[[], pd.DataFrame]) -> list[dict[Any, Any]]:
    return table().to_dict("records")


def _drawn(table: Callable[[], pd.DataFrame]) -> dict[str, Figure]:
    return {"importances": importances(table())}
