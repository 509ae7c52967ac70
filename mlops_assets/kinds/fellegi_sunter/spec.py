"""The YAML of a Fellegi–Sunter model; importing it does not import Splink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.deduplication import DEDUPLICATION

CLAIMS = {
    "prior_is_possible": "Some pairs of records are duplicates, but few.",
    "agreement_speaks_for_a_match": "Agreement makes a match more likely in every comparison.",
    "duplicates_agree_on_who_they_are": "Fewer than half of the duplicates differ in name or date "
    "of birth; otherwise the model has learned households.",
    "agreement_on_all_is_a_match": "Two records that agree on every field are merged; otherwise "
    "the fields cannot tell people apart, and few duplicates are found.",
    "single_fields_create_few_pairs": "Each rule in `blocking_fields` that is a single field "
    "creates few pairs: at most 5 per record, or 100,000.",
    "no_field_is_a_copy": "No two fields have the same values, which would count the same evidence "
    "twice.",
}


class FellegiSunterSpec(BaseModel):
    """Linkage of records of the same person by Fellegi and Sunter's model (Splink on DuckDB)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: ClassVar[tuple[Task, ...]] = (DEDUPLICATION,)
    libraries: ClassVar[tuple[str, ...]] = ("splink", "duckdb", "numpy", "pandas")
    claims: ClassVar[Mapping[str, str]] = CLAIMS
    packs: ClassVar[tuple[str, ...]] = ("linkage", "importance")

    type: Literal["fellegi_sunter"] = Field(description="The kind of model.")
    params: Params = Field(
        default_factory=lambda: Params.model_validate({}),
        description="Settings of the linkage; all have defaults.",
    )

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> FellegiSunterModel:
        """Estimate the match weights, unsupervised. Raises `InputError`."""
        from mlops_assets.kinds.fellegi_sunter import training

        return FellegiSunterModel(*training.fit(self.params, dataset, seed=seed))

    @classmethod
    def load(cls, model_uri: str) -> FellegiSunterModel:
        """Load the model at `models:/m-…`. Raises `InputError` if it is of another kind."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return FellegiSunterModel(storage.load(model_uri))
