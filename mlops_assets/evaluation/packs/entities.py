"""How well a model that tags words finds whole entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.entities import entity_metrics
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.columns import nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.markdown import table
from mlops_assets.tasks.metrics.metric import Metric, written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

GROUP = "group"


class Entities(LabelledPack):
    """Precision, recall and F1 of entities: words of one tag next to each other in a text.

    Each row is a word, the target its tag; the context column `group` names the text. An entity is
    right if exactly its words have its tag. The metrics are `entity_f1`, `entity_precision` and
    `entity_recall`, and `entity_f1/<tag>` of each tag, with intervals of resampled texts.
    """

    type: Literal["entities"] = "entities"
    order: str = Field(
        description="Numeric feature with the place of a word in its text; a gap ends an entity."
    )
    other: str = Field("other", description="The tag of words that are of no entity.")

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` without texts, or for an order that is no numeric feature."""
        numbers = spec.columns.numeric
        if self.order not in numbers or len(spec.context.get(GROUP, ())) != 1:
            raise InputError(
                seen=f"the pack entities with the order {self.order!r}"
                f"{nearest(self.order, numbers)}, and `context` with {spec.context}",
                expected="a numeric feature, and one column for the role `group`",
                todo="correct `order`, or add `context: {group: …}`",
            )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The metrics, and a table of the tags."""
        self.require(spec)
        return self._result(known, predictions, spec)

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult | None:
        """The same of a day."""
        if not known.roles.get(GROUP):
            return PackResult(
                panel=lambda: {"entities": "the day does not say which text is whose"}
            )
        return self._result(known, predictions, spec)

    def _result(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        found = entity_metrics(
            known.of_role(GROUP),
            known.features[self.order],
            known.known_target(),
            predictions["prediction"],
            other=self.other,
            seed=spec.seed,
        )
        return PackResult(found, panel=lambda: {"entities": entity_table(found)})


def entity_table(found: Mapping[str, Metric]) -> str:
    """Each metric with its interval, as Markdown."""
    rows = [
        [name, *written(it.value, it.low, it.high), f"{it.support:,}"] for name, it in found.items()
    ]
    return table(["entities", "value", "95 % interval", "actual"], rows)
