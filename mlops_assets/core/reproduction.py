"""Whether a version fitted again predicts the same, and what has changed since it was fitted."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, computed_field

from mlops_assets.core.code_version import code_version, library_versions
from mlops_assets.core.columns import Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Outcome = Literal["identical", "within tolerance", "different"]
NOTHING_CHANGED = (
    "code, libraries, Python and platform are those of the fit: either the estimator draws "
    "numbers that the seed does not fix, or the processor or its number of cores decides"
)


class Surroundings(BaseModel):
    """What decides a fit besides its data and parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    python: str
    platform: str
    libraries: dict[str, str]

    @classmethod
    def here(cls) -> Surroundings:
        """Those of this process."""
        return cls(
            code=code_version(),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
            libraries=library_versions(),
        )

    def changes(self, now: Surroundings) -> tuple[str, ...]:
        """What is different `now`, a line each: `numpy 2.1.0 then, 2.2.6 now`."""
        then, today = self._named(), now._named()
        return tuple(
            f"{name} {then.get(name, 'not recorded')} then, {today.get(name, 'none')} now"
            for name in {**then, **today}
            if then.get(name) != today.get(name)
        )

    def _named(self) -> dict[str, str]:
        own = {"code": self.code, "Python": self.python, "platform": self.platform}
        return own | self.libraries


class Comparison(BaseModel):
    """How far two tables of predictions on the same rows are apart.

    `largest` and `mean` are absolute differences: of probabilities (0 to 1) or scores for a
    classifier, of the predicted number for a regression; None where a model gives labels alone.
    A number beside a missing one is infinitely far. `changed_labels` is a share of the rows, 0 to
    1, None for a regression. `one_sided` names columns that only one of the tables has.
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
        """Every value is equal to the last bit."""
        return self.within(0.0)

    def within(self, tolerance: float) -> bool:
        """No number is further apart than `tolerance`, and no label has changed."""
        return not (self.one_sided or self.changed_labels) and (self.largest or 0.0) <= tolerance

    def words(self) -> str:
        """One line for a person."""
        if self.one_sided:
            return f"only one of the two models gives {', '.join(self.one_sided)}"
        if self.identical:
            return "every prediction is the same to the last bit"
        parts = []
        if self.largest is not None:
            parts.append(f"at most {self.largest:.3g} apart ({self.largest_in})")
            parts.append(f"{self.mean:.3g} on average")
        if self.changed_labels is not None:
            parts.append(f"the label changed in {self.changed_labels:.2%} of the rows")
        return ", ".join(parts)


def compare_predictions(stored: pd.DataFrame, refitted: pd.DataFrame, task: Task) -> Comparison:
    """Compare what two models predict for the same rows (see `Kind.predict`)."""
    shared = [name for name in stored if name in refitted]
    numbers = [name for name in shared if task == "regression" or name != "prediction"]
    apart = {str(name): _apart(stored[name], refitted[name]) for name in numbers}
    largest_in = max(apart, key=lambda name: apart[name].max(), default="")
    changed = None
    if task == "classification":
        told, again = stored["prediction"].to_numpy(), refitted["prediction"].to_numpy()
        changed = float((told != again).mean())
    return Comparison(
        rows=len(stored),
        largest=float(apart[largest_in].max()) if apart else None,
        largest_in=largest_in,
        mean=sum(float(one.mean()) for one in apart.values()) / len(apart) if apart else None,
        changed_labels=changed,
        one_sided=tuple(map(str, stored.columns.symmetric_difference(refitted.columns))),
    )


def _apart(stored: pd.Series, refitted: pd.Series) -> np.ndarray:
    """Absolute differences, (n,) float64; 0 where both are missing, infinite where one is."""
    import numpy as np

    one, other = stored.to_numpy("float64"), refitted.to_numpy("float64")
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(one - other))
    return np.where(np.isnan(apart), np.inf, apart)


class Reproduction(BaseModel):
    """What came of fitting a version again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_name: str
    version: str
    model_id: str
    dataset_version: str
    features_file: str
    seed: int
    training_rows: int
    comparison: Comparison
    changes: tuple[str, ...]
    tolerance: float = 0.0

    @computed_field
    @property
    def outcome(self) -> Outcome:
        """`identical` comes before `within tolerance`."""
        if self.comparison.identical:
            return "identical"
        return "within tolerance" if self.comparison.within(self.tolerance) else "different"

    def words(self) -> str:
        """The outcome, by how much, from what, and what has changed since the fit."""
        title = f"{self.model_name} {self.version}: {self.outcome}"
        lines = [
            f"predictions  {self.comparison.words()}; {self.comparison.rows} holdout rows",
            f"refitted     {self.training_rows} rows of {self.features_file} "
            f"(data {self.dataset_version}), seed {self.seed}, with today's code",
            *(f"changed      {change}" for change in self.changes),
        ]
        if not self.changes and self.outcome != "identical":
            lines.append(f"why          {NOTHING_CHANGED}")
        return "\n".join([title, *lines])
