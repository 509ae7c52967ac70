"""What `model.search` of a scikit-learn model may say."""

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
    """Try several settings of the estimator by cross-validation and keep the best."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["random", "grid"] = Field(
        "random", description="random: some combinations. grid: every combination."
    )
    space: dict[str, Values] = Field(
        min_length=1, max_length=20, description="The values to try, by parameter."
    )
    trials: int = Field(
        20, ge=1, le=MOST_TRIALS, description="How many combinations a random search tries."
    )
    folds: int = Field(3, ge=2, le=20, description="Parts of the training rows, each scored once.")
    metric: str | None = Field(
        None,
        description="What decides: rmse, mae, log_loss or a scikit-learn scorer's name. "
        "Default: roc_auc, or accuracy without scores; r2 for regression.",
    )

    @property
    def combinations(self) -> int:
        """How many settings the space holds."""
        return prod(map(len, self.space.values()))

    @model_validator(mode="after")
    def _grid_is_bounded(self) -> Search:
        if self.method == "grid" and self.combinations > MOST_TRIALS:
            raise InputError(
                seen=f"a grid of {self.combinations} combinations",
                expected=f"at most {MOST_TRIALS}",
                todo="name fewer values, or use `method: random` with `trials`",
            )
        return self
