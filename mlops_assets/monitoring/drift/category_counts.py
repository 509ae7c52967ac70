"""Label counts of a categorical or boolean column, for a reference or a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from mlops_assets.data.personal_data import is_shared
from mlops_assets.features.columns import Role, to_boolean, to_categorical
from mlops_assets.features.labels import spelt_like

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MAX_LABELS = 1_000
SHOWN = 3
YES_OR_NO = ("true", "false")


class CategoryCounts(BaseModel, extra="forbid", frozen=True):
    """Number of rows per label; rows with any other label are pooled in `others`."""

    kind: Literal["labels"] = "labels"
    missing: int
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    others: int = 0
    examples: tuple[str, ...] = ()
    """Examples of pooled labels."""
    as_it_stands: bool = False
    """Whether `labels` are spelt as today (see `features/labels.py`); False in one of 0.1."""

    @property
    def known(self) -> int:
        """The number of values that are not missing."""
        return sum(self.counts) + self.others

    @property
    def rare(self) -> int:
        """The number of rows whose label is pooled or occurs only once.

        Their share estimates the share of future rows with an unseen label (Good, 1953).
        """
        return self.others + sum(count == 1 for count in self.counts)

    def merged(self, other: CategoryCounts) -> CategoryCounts:
        """The counts of both columns together; their labels must be the same, in the same order."""
        if self.labels != other.labels:
            raise ValueError("only columns with the same labels can be merged")
        return CategoryCounts(
            missing=self.missing + other.missing,
            labels=self.labels,
            counts=tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            others=self.others + other.others,
            examples=tuple(dict.fromkeys(self.examples + other.examples))[:SHOWN],
            as_it_stands=self.as_it_stands,
        )


def label_counts(
    values: pd.Series,
    role: Role,
    labels: tuple[str, ...] | None = None,
    *,
    as_it_stands: bool = True,
) -> CategoryCounts:
    """Count raw or typed values per label, for `labels` or the most frequent ones.

    Unless those stand `as_it_stands`, the values are spelt as release 0.1 would have.
    """
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(values)
    found = np.bincount(codes + 1, minlength=len(distinct) + 1)
    # Only the distinct values are converted, so the cost does not depend on the number of rows.
    names = _named(pd.Series(distinct, name=values.name), role)
    if labels is not None and not as_it_stands:
        names = spelt_like(names, labels)
    counts: Counter[str] = Counter()
    for name, count in zip(names, found[1:].tolist(), strict=True):
        if name is not None:
            counts[name] += count
    missing = len(values) - sum(counts.values())
    shown = _most_frequent(counts, MAX_LABELS) if labels is None else labels
    return _counted(counts, missing, shown).model_copy(update={"as_it_stands": as_it_stands})


def names_of(values: pd.Series, role: Role) -> tuple[np.ndarray, list[str]]:
    """The label of each row as a position in the names, (rows,), -1 where it is missing."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(values)
    places, names = pd.factorize(_named(pd.Series(distinct, name=values.name), role))
    # The last place is that of the code -1, a missing value.
    return np.append(places, -1)[codes], [str(name) for name in names]


def _named(distinct: pd.Series, role: Role) -> pd.Series:
    if role == "boolean":
        flags = to_boolean(distinct).map({1.0: "true", 0.0: "false"}).astype(object)
        return flags.where(flags.notna(), None)
    return to_categorical(distinct)


def _most_frequent(counts: Mapping[str, int], limit: int) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))[:limit])


def _counted(counts: Mapping[str, int], missing: int, labels: tuple[str, ...]) -> CategoryCounts:
    own = set(labels)
    pooled = {name: count for name, count in counts.items() if name not in own}
    return CategoryCounts(
        missing=missing,
        labels=labels,
        counts=tuple(counts.get(name, 0) for name in labels),
        others=sum(pooled.values()),
        # A label of few rows could identify a person.
        examples=_most_frequent({k: n for k, n in pooled.items() if is_shared(n)}, SHOWN),
    )
