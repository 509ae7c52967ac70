"""Rows as a model sees them: features, target and context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.splitting import folds

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Dataset:
    """Some rows, typed; all parts have the same index.

    `features` are the columns that a model is fitted on (see `typed_features`), with their roles in
    `columns`. `target` is what it learns, missing where unknown, or None if there is none.
    `context` are further columns that no model is fitted on, such as the sensitive ones, by name,
    unless its `mitigation` names one;
    `roles` says which are which. `positive` is the positive class of a binary target. Rows with one
    value of `groups` are of one identity or block of time; None where that is not known.
    """

    features: pd.DataFrame
    columns: Columns
    target: pd.Series | None = None
    context: pd.DataFrame = field(default=None)  # type: ignore[assignment]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    positive: str | int | None = None
    groups: pd.Series | None = None

    def __post_init__(self) -> None:
        if self.context is None:
            object.__setattr__(self, "context", self.features[[]])

    def __len__(self) -> int:
        return len(self.features)

    def take(self, chosen: np.ndarray) -> Dataset:
        """The rows at these positions, or where a boolean array is true."""
        return replace(
            self,
            features=self.features.iloc[chosen],
            target=None if self.target is None else self.target.iloc[chosen],
            context=self.context.iloc[chosen],
            groups=None if self.groups is None else self.groups.iloc[chosen],
        )

    def folds(self, count: int) -> np.ndarray:
        """The fold of each row, (rows,) int from 0 to `count` - 1, for fits on parts of the rows.

        Like the split into training and holdout, they divide identities, or blocks of time, never
        the rows of one. Raises `InputError` if these are unknown, or fewer than `count`.
        """
        if self.groups is None:
            raise InputError(
                seen="rows whose identity or block of time is not known: the feature table has "
                "none, because its model has no target or an earlier version built it",
                expected="the feature table of a supervised model",
                todo="materialize features again",
            )
        return folds(self.groups, count)

    def labelled(self) -> Dataset:
        """The rows whose target is known; all of them if it is known everywhere."""
        if self.target is None or self.target.notna().all():
            return self
        return self.take(self.target.notna().to_numpy().nonzero()[0])

    def with_target(self, target: pd.Series | None) -> Dataset:
        """The same rows with this target, which has their index."""
        return replace(self, target=target)

    def with_context(self, types: Columns) -> Dataset:
        """For looking at rows, never for a fit: the context columns among the features.

        `types` are those of the context columns; a column that is a feature already stays one.
        """
        further = types.without(self.columns.names)
        return replace(
            self,
            features=self.features.join(self.context[further.names]),
            columns=self.columns.joined(further),
        )

    def known_target(self) -> pd.Series:
        """The target. Raises `InputError` if there is none."""
        if self.target is None:
            raise InputError(
                seen="rows without a target",
                expected="the target of each row",
                todo="use a supervised task, or give the ground truth",
            )
        return self.target

    def require_weights(self) -> None:
        """Raise `InputError` if a row has a negative weight or none, or if all weights are 0."""
        for name in self.roles.get("weight", ()):
            bad = ~(self.context[name] >= 0)
            seen = (
                f"{int(bad.sum())} of {len(bad)} rows have no weight, or one below 0, in {name!r}"
            )
            if len(bad) and not bad.any() and not self.context[name].any():
                bad, seen = ~bad, f"all {len(bad)} rows have the weight 0 in {name!r}"
            if bad.any():
                raise InputError(
                    seen=seen,
                    expected="a weight of at least 0 in every row, above 0 in some",
                    todo="correct the weights at the source",
                )

    def of_role(self, role: str) -> pd.Series:
        """The one context column with that role. Raises `InputError` if there is not just one."""
        names = self.roles.get(role, ())
        if len(names) != 1:
            raise InputError(
                seen=f"{len(names)} columns have the role {role!r}",
                expected="one column with that role",
                todo=f"correct `context: {{{role}: [...]}}` in defs.yaml",
            )
        return self.context[names[0]]
