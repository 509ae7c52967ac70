"""The settings under `model.search` of a scikit-learn model."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    pass


MOST_TRIALS = 500


Values = Annotated[list[Any], Field(min_length=1, max_length=100)]


class Search(BaseModel):
    """Tune the estimator's hyperparameters by cross-validation and keep the best setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["random", "grid"] = Field(
        "random", description="random: a random sample of combinations. grid: all combinations."
    )
    space: dict[str, Values] = Field(
        min_length=1, max_length=20, description="Values to try, by parameter."
    )
    trials: int = Field(
        20, ge=1, le=MOST_TRIALS, description="Number of combinations tried by a random search."
    )
    folds: int = Field(3, ge=2, le=20, description="Number of cross-validation folds.")
    metric: str | None = Field(
        None,
        description="Metric to optimize: rmse, mae, log_loss or the name of a scikit-learn scorer. "
        "Default: roc_auc, or accuracy if the estimator gives no scores; r2 for regression.",
    )

    @property
    def combinations(self) -> int:
        """The number of combinations in the space."""
        return prod(map(len, self.space.values()))

    @model_validator(mode="after")
    def _grid_is_bounded(self) -> Search:
        if self.method == "grid" and self.combinations > MOST_TRIALS:
            raise InputError(
                seen=f"a grid of {self.combinations} combinations",
                expected=f"at most {MOST_TRIALS}",
                todo="list fewer values, or use `method: random` with `trials`",
            )
        return self
