"""Explain rows of a holdout: a sample, and the worst and the most certain ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.explained_row import ExplainedRow, explained_rows
from mlops_assets.evaluation.shapley.explainer import Explainer, background_of
from mlops_assets.evaluation.shapley.packaged import Method, explain_by_package
from mlops_assets.evaluation.worst_rows import worst_places
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import ExplainsByPackage, Model
from mlops_assets.tasks.metrics.labelled import confidence

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SINGLE = 3
"""Rows that are explained one by one: of the worst, and of the most certain predictions."""
SINGLE_PASSES = 4
"""Single rows are explained more exactly than those that only their mean is shown of."""
SINGLE_SHARE = 0.25
"""Of the time."""


class Limits(NamedTuple):
    """How many rows are explained, compared with how many, in which time, and how."""

    rows: int
    background: int
    seconds: float
    method: Method


@dataclass
class ExplainedHoldout:
    """The SHAP values of an evaluation, computed when they are first asked for."""

    limits: Limits
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
        if not (chosen := self._single_places):
            return {}
        found = self._explained([*chosen], self.limits.seconds * SINGLE_SHARE, SINGLE_PASSES)
        texts = explained_rows(
            found, self.dataset.columns, self.spec.personal_data, self.dataset.features
        )
        said = zip(chosen.items(), texts, strict=False)
        return {at: (why, text) for (at, why), text in said}

    @cached_property
    def _single_places(self) -> dict[int, str]:
        certain = dict.fromkeys(self._certain(), "most certain")
        return dict.fromkeys(self._worst(), "worst") | certain

    @cached_property
    def sample(self) -> Explained:
        """A random sample of the held-out rows."""
        self.singles  # noqa: B018 - explained first, within the same time
        left = self.limits.seconds - (time.monotonic() - self._began)
        return self._explained(self.places, left, 1)

    @cached_property
    def places(self) -> list[int]:
        """The places of the rows to sample in the holdout, in random order."""
        import numpy as np

        order = np.random.default_rng(self.spec.seed).permutation(len(self.dataset))
        return order[: self.limits.rows].tolist()

    def _explained(self, places: Sequence[int], seconds: float, passes: int) -> Explained:
        if isinstance(self._packaged, Explained):
            order = {place: at for at, place in enumerate(self._all_places)}
            return self._packaged.take([order[it] for it in places])
        rows = self.dataset.features.iloc[[*places]]
        return self._explainer.explain(rows, seconds=seconds, passes=passes)

    @property
    def why_sampled(self) -> str:
        """Why the values are not those of the method that was asked for; "" if they are."""
        return self._packaged if isinstance(self._packaged, str) else ""

    @cached_property
    def _packaged(self) -> Explained | str | None:
        """All rows at once by the package, which is imported once; None for the method `sampled`.

        At least the single rows and one of the sample are explained, however late.
        """
        if self.limits.method == "sampled" or not isinstance(self.model, ExplainsByPackage):
            return None
        return explain_by_package(
            self.model,
            self.dataset.features.iloc[self._all_places],
            self._background,
            method=self.limits.method,
            seconds=self.limits.seconds,
            least=len(self._single_places) + 1,
            positive=self.spec.positive,
        )

    @cached_property
    def _all_places(self) -> list[int]:
        return [*dict.fromkeys([*self._single_places, *self.places])]

    @cached_property
    def _background(self) -> pd.DataFrame:
        return background_of(self.model, self.training.features, self.limits.background)

    @cached_property
    def _explainer(self) -> Explainer:
        positive, seed = self.spec.positive, self.spec.seed
        return Explainer(self.model, self._background, positive=positive, seed=seed)

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
