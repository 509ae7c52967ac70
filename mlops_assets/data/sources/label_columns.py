"""Which columns a source reads as labels, and which words mean missing in a column."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.tasks.training_spec import TrainingSpec

USUAL_WORDS = frozenset(
    {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"}
    | {"<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}
)
"""The words that mean missing unless `missing` says otherwise; pandas' own, as a test holds."""
MissingWords = list[str] | dict[str, list[str]] | None


@dataclass(frozen=True)
class LabelColumns:
    """The columns read as the text that stands there, never as numbers, by name; or `every` one.

    A word in `target` is a label even if it usually means missing.
    """

    names: frozenset[str] = frozenset()
    target: str | None = None
    every: bool = False

    def __contains__(self, name: object) -> bool:
        return self.every or name in self.names

    @classmethod
    def of(cls, spec: TrainingSpec) -> LabelColumns:
        """Categories, texts and what identifies a row; and the target if it has classes."""
        target, context = spec.target, spec.context_columns
        classes = spec.task.target_columns(target).categorical if target else []
        labels = [spec.columns, context]
        names = {name for it in labels for name in (*it.categorical, *it.text)}
        names |= {*spec.identity, *classes}
        return cls(frozenset(names), target if classes and spec.is_supervised else None)


def words_of(name: str, missing: MissingWords, labels: LabelColumns) -> frozenset[str]:
    """The words that mean missing in the column `name`; "" always does."""
    own = missing.get(name) if isinstance(missing, dict) else missing
    if own is not None:
        return frozenset({"", *own})
    return frozenset({""}) if name == labels.target else USUAL_WORDS


def without_words(values: pd.Series, words: Collection[str]) -> pd.Series:
    """A column in which text that is one of `words` is missing.

    "" stays: it is missing wherever a label, a number or a date is made of it.
    """
    import numpy as np
    import pandas as pd

    words = {*words} - {""}
    if isinstance(values.dtype, pd.CategoricalDtype):
        gone = [it for it in values.cat.categories if isinstance(it, str) and it in words]
        return values.cat.remove_categories(gone) if gone else values
    if values.dtype != object or not words:
        return values
    found = (isinstance(it, str) and it in words for it in values)
    gone = np.fromiter(found, dtype=bool, count=len(values))
    return values.mask(gone, None) if gone.any() else values
