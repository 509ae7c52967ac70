"""Compare a refitted version with the original, and list what has changed since its fit."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, computed_field

from mlops_assets.features.code_version import code_version, library_versions
from mlops_assets.kinds.registry import home_of, libraries_of
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PREDICTION = "prediction"
Outcome = Literal["identical", "within tolerance", "different"]
NOTHING_CHANGED = (
    "code, libraries, Python and platform are those of the original fit: either the estimator "
    "draws random numbers that the seed does not control, or its result depends on the order of "
    "sums, the processor or the number of cores"
)
ROUNDING = 1e-9
"""Numbers that differ by no more than this may be the same sum in another order."""


class Surroundings(BaseModel):
    """What determines a fit apart from its data and parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    python: str
    platform: str
    libraries: dict[str, str]

    @classmethod
    def here(
        cls, kind: str, libraries: Iterable[str] = (), packages: Iterable[str] = ()
    ) -> Surroundings:
        """The surroundings of a fit in this process, with the libraries given or of that kind.

        `packages` are those that the model itself names.
        """
        home = home_of(kind, packages)
        return cls(
            code=code_version(home) if home else "none",
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
            libraries=library_versions(tuple(libraries) or libraries_of(kind)),
        )

    def changes(self, now: Surroundings) -> tuple[str, ...]:
        """What is different `now`, one line each: `numpy 2.1.0 at the time, 2.2.6 now`."""
        before, after = self._named(), now._named()
        return tuple(
            f"{name} {before.get(name, 'not recorded')} at the time, {after.get(name, 'none')} now"
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        )

    def _named(self) -> dict[str, str]:
        own = {"code": self.code, "Python": self.python, "platform": self.platform}
        return own | self.libraries


class Comparison(BaseModel):
    """How much two tables of predictions for the same rows differ.

    `largest` and `mean` are absolute differences: of probabilities (0 to 1) or scores for a
    classifier, of the predicted number for a regression; None if a model gives only labels. If
    just one of two numbers is missing, the difference is infinite. `changed_labels` is the share
    of rows, 0 to 1, with a changed label: a class, a cluster or a text; None for a regression. A
    cluster is identified by its records, not by its number. `one_sided` names columns that only
    one of the tables has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    rows: int
    largest: float | None
    largest_in: str
    mean: float | None
    changed_labels: float | None
    one_sided: tuple[str, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether all values are equal to the last bit."""
        return self.within(0.0)

    def within(self, tolerance: float) -> bool:
        """Whether no number differs by more than `tolerance`, and no label has changed."""
        return not (self.one_sided or self.changed_labels) and (self.largest or 0.0) <= tolerance

    def words(self) -> str:
        """The comparison in one line of text."""
        if self.one_sided:
            return f"only one of the two models gives {', '.join(self.one_sided)}"
        if self.identical:
            return "every prediction is the same to the last bit"
        parts = []
        if self.largest is not None:
            parts.append(f"at most {self.largest:.3g} apart ({self.largest_in})")
            parts.append(f"{self.mean:.3g} on average")
        if self.changed_labels:
            parts.append(f"a label changed in {self.changed_labels:.2%} of the rows")
        elif self.changed_labels is not None:
            parts.append("no label changed")
        return ", ".join(parts)


def compare_predictions(stored: pd.DataFrame, refitted: pd.DataFrame, task: Task) -> Comparison:
    """Compare what two models predict for the same rows (see `Model.predict`)."""
    import numpy as np

    changed = _changed(stored, refitted, task)
    is_label = task.changed_predictions(stored[:0], refitted[:0]) is not None
    numbers = [name for name in stored if name in refitted and not _is_text(stored[name])]
    numbers = [name for name in numbers if not (is_label and name == PREDICTION)]
    apart = {str(name): _apart(stored[name], refitted[name]) for name in numbers}
    largest_in = max(apart, key=lambda name: apart[name].max(), default="")
    return Comparison(
        rows=len(stored),
        largest=float(apart[largest_in].max()) if apart else None,
        largest_in=largest_in,
        mean=sum(float(one.mean()) for one in apart.values()) / len(apart) if apart else None,
        changed_labels=float(np.any(changed, axis=0).mean()) if changed else None,
        one_sided=tuple(map(str, stored.columns.symmetric_difference(refitted.columns))),
    )


def _changed(stored: pd.DataFrame, refitted: pd.DataFrame, task: Task) -> list[np.ndarray]:
    """Which rows have a different label, (n,) bool for each column of labels."""
    predicted = task.changed_predictions(stored, refitted)
    others = [name for name in stored if name in refitted and _is_text(stored[name])]
    changed = [_differs(stored[name], refitted[name]) for name in others if name != PREDICTION]
    return changed if predicted is None else [predicted, *changed]


def _is_text(values: pd.Series) -> bool:
    from pandas.api.types import is_numeric_dtype

    return not is_numeric_dtype(values)


def _differs(stored: pd.Series, refitted: pd.Series) -> np.ndarray:
    both_missing = stored.isna().to_numpy() & refitted.isna().to_numpy()
    return (stored.to_numpy() != refitted.to_numpy()) & ~both_missing


def _apart(stored: pd.Series, refitted: pd.Series) -> np.ndarray:
    """Absolute differences, (n,) float64; 0 if both are missing, infinite if only one is."""
    import numpy as np

    one, other = stored.to_numpy("float64"), refitted.to_numpy("float64")
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(one - other))
    return np.where(np.isnan(apart), np.inf, apart)


class Reproduction(BaseModel):
    """The result of refitting a version.

    `code` is the version of the code that refitted it, `code_of_then` that of the original fit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_name: str
    version: str
    model_id: str
    dataset_version: str
    features_file: str
    seed: int
    training_rows: int
    code: str
    code_of_then: str
    code_was_kept: bool
    comparison: Comparison
    changes: tuple[str, ...]
    tolerance: float = 0.0

    @computed_field
    @property
    def outcome(self) -> Outcome:
        """`identical` takes precedence over `within tolerance`."""
        if self.comparison.identical:
            return "identical"
        return "within tolerance" if self.comparison.within(self.tolerance) else "different"

    def words(self) -> str:
        """The outcome, the differences, what was refitted, and what has changed since the fit."""
        title = f"{self.model_name} {self.version}: {self.outcome}"
        lines = [
            f"predictions  {self.comparison.words()}; {self.comparison.rows} holdout rows",
            f"refitted     {self.training_rows} rows of {self.features_file} "
            f"(data {self.dataset_version}), seed {self.seed}, {self._with_code()}",
            *(f"changed      {change}" for change in self.changes),
        ]
        if not self.changes and self.outcome != "identical":
            lines.append(f"why          {NOTHING_CHANGED}")
        if self.outcome == "different" and self.comparison.within(ROUNDING):
            lines.append(f"to do        to ignore rounding differences, use --tolerance {ROUNDING}")
        return "\n".join([title, *lines])

    def _with_code(self) -> str:
        if self.code == self.code_of_then:
            return f"with the original code ({self.code})"
        why = "" if self.code_was_kept else ", as the original code was not kept"
        return f"with today's code ({self.code}){why}"
