"""The kind: lifetimes with a hazard that is constant in time and depends on the features."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.kinds.base import STANDARD_PACKS
from mlops_assets.kinds.model_files import downloaded
from mlops_assets.tasks.base import Task
from survival_kind.model import FILE, ExponentialModel
from survival_kind.task import SURVIVAL

if TYPE_CHECKING:
    from mlops_assets.features.dataset import Dataset


class ExponentialSpec(BaseModel):
    """Exponential regression on numeric and boolean features."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = (SURVIVAL,)
    libraries: ClassVar[tuple[str, ...]] = ("numpy", "pandas")
    claims: ClassVar[Mapping[str, str]] = {}
    packs: ClassVar[tuple[str, ...]] = STANDARD_PACKS

    type: Literal["exponential"] = Field(description="The kind of model.")
    penalty: float = Field(0.001, gt=0, description="Ridge penalty on the coefficients.")

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> ExponentialModel:
        """Maximum likelihood, where a row that has not ended counts with its time alone."""
        if others := [name for name, role in dataset.columns.roles() if role not in ROLES]:
            raise InputError(
                seen=f"features that are not numbers: {others}",
                expected="numeric and boolean features",
                todo="leave them out, or choose another kind",
            )
        return ExponentialModel.fitted(dataset, self.penalty)

    @classmethod
    def load(cls, model_uri: str) -> ExponentialModel:
        """Read the coefficients."""
        with downloaded(model_uri, "exponential") as folder:
            return ExponentialModel(**json.loads((folder / FILE).read_text()))


ROLES = ("numeric", "boolean")
