"""The YAML of a Fellegi–Sunter model, and the way from it to the code that needs Splink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mlops_assets.core.columns import Columns, Task
from mlops_assets.core.errors import InputError
from mlops_assets.kinds.base import Evaluated, ExplainedPair, Fitted

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

Name = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=100)]
Rule = Name | Annotated[list[Name], Field(min_length=1, max_length=10)]
Words = Annotated[list[str], Field(max_length=100)]
Placeholders = dict[Literal["text", "date"], Words]

PLACEHOLDERS: Placeholders = {
    "text": ["unknown", "not known", "not available", "na", "n a", "null", "none", "nil", "test"],
    "date": ["01-01"],
}

CLAIMS = {
    "prior_is_possible": "Some pairs of records are duplicates, and few.",
    "agreement_speaks_for_a_match": "Of every comparison, agreement makes a match more likely.",
    "duplicates_agree_on_who_they_are": "Duplicates mostly agree on name and date of birth; else "
    "the model has learned households.",
    "no_single_blocking_field": "No rule that `blocking_fields` names is a single field, but for a "
    "person's own id that makes at most 5 pairs a record: one field makes many pairs and misses "
    "who has a typing error in it.",
}


class Params(BaseModel):
    """What the columns mean for linking, and how sure a match has to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match_threshold: float = Field(
        0.95, gt=0, lt=1, description="Probability from which two records are one person."
    )
    review_threshold: float = Field(
        0.5, gt=0, lt=1, description="Pairs from here up to `match_threshold` go to review."
    )
    blocking_fields: list[Rule] | None = Field(
        None,
        min_length=1,
        max_length=30,
        description="Which pairs are compared at all: a list of rules; a rule is a list of fields "
        "that must all agree, or one field. Default: conjunctions made from the fields below.",
    )
    person_id: Name | None = Field("jan_aadhaar", description="An official number.")
    id_belongs_to: Literal["person", "family"] = Field(
        "person",
        description="person: two different numbers are two people. family: the members of a "
        "family share it, so it says no more than their address.",
    )
    names: list[Name] = Field(["full_name"], max_length=10, description="Columns with names.")
    date_of_birth: Name | None = Field("date_of_birth", description="A date, or text with one.")
    household: list[Name] = Field(
        ["mobile", "address", "district", "pincode"],
        max_length=10,
        description="What a household shares. Compared as one fact, because it is one.",
    )
    defaults: Placeholders = Field(
        default_factory=lambda: dict(PLACEHOLDERS),
        description="Values that stand for missing: words, and dates by month and day or in full. "
        "Of the two, the one that is left out stays as it is by default. "
        "One character repeated, such as 0000000000, always does.",
    )
    max_candidate_pairs: int = Field(
        50_000_000, ge=1, le=2_000_000_000, description="Stop before comparing more pairs."
    )
    random_pairs: int = Field(
        2_000_000,
        ge=1_000,
        le=1_000_000_000,
        description="Pairs that chance agreement is read off.",
    )

    @field_validator("defaults")
    @classmethod
    def _both_kinds(cls, given: Placeholders) -> Placeholders:
        return PLACEHOLDERS | given

    @model_validator(mode="after")
    def _review_is_below_match(self) -> Params:
        given = "review_threshold" in self.model_fields_set
        if given and self.review_threshold > self.match_threshold:
            raise InputError(
                seen=f"review_threshold {self.review_threshold} above match_threshold "
                f"{self.match_threshold}",
                expected="a review_threshold that is at most match_threshold",
                todo="lower `review_threshold`, or raise `match_threshold`",
            )
        return self


class FellegiSunterSpec(BaseModel):
    """Records of the same person, found by Fellegi and Sunter's model with Splink on DuckDB."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: ClassVar[tuple[Task, ...]] = ("deduplication",)
    claims: ClassVar[Mapping[str, str]] = CLAIMS

    type: Literal["fellegi_sunter"] = Field(description="The kind of model.")
    params: Params = Field(
        default_factory=lambda: Params.model_validate({}),
        description="Its settings; each has a default.",
    )

    def fit(
        self,
        features: pd.DataFrame,
        target: pd.Series | None,
        columns: Columns,
        task: Task,
        *,
        seed: int,
        allowed_prefixes: tuple[str, ...],
    ) -> Fitted:
        """Learn what agreement is worth, without labels. Raises `InputError`."""
        from mlops_assets.kinds.fellegi_sunter import training

        return training.fit(self.params, features, columns, seed=seed)

    def save(
        self,
        fitted_model: LinkageModel,
        features_sample: pd.DataFrame,
        predictions_sample: pd.DataFrame,
        *,
        run_id: str,
        model_name: str,
    ) -> str:
        """Log the model as text and Parquet, without pickle, and return its id, `m-…`."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return storage.save(
            fitted_model, features_sample, predictions_sample, run_id=run_id, model_name=model_name
        )

    def load(self, model_uri: str) -> LinkageModel:
        """The model saved at `models:/m-…`. Raises `InputError` for any other."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return storage.load(model_uri)

    def predict(self, model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction` (same number, same person), `match_weight`, `decision` and more."""
        from mlops_assets.kinds.fellegi_sunter import linking

        return linking.predict(model, features)

    def counts(self, predictions: pd.DataFrame) -> dict[str, float]:
        """`match_rate`, `review_share`, `clusters`, `largest_cluster` and `match_pairs`."""
        from mlops_assets.kinds.fellegi_sunter import counting

        return counting.counts(predictions)

    def watched(self, model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
        """Which values are defaults, which are distinct, and the pairs of each blocking rule."""
        from mlops_assets.kinds.fellegi_sunter import watching

        return watching.watched(model, features)

    def evaluate(
        self,
        model: LinkageModel,
        features: pd.DataFrame,
        truth: pd.Series | None,
        task: Task,
        *,
        positive: object,
        seed: int,
    ) -> Evaluated:
        """Metrics, figures and documents; those that need the truth only where there is one."""
        from mlops_assets.kinds.fellegi_sunter import evaluating

        return evaluating.evaluate(model, features, truth, seed=seed)

    def explain(
        self,
        model: LinkageModel,
        features: pd.DataFrame,
        target: pd.Series | None,
        task: Task,
        *,
        seed: int,
    ) -> pd.DataFrame:
        """How many bits each comparison moves a pair by, most important first."""
        from mlops_assets.kinds.fellegi_sunter import explaining

        return explaining.importance(model, features)

    def explain_pair(self, model: LinkageModel, features: pd.DataFrame) -> ExplainedPair:
        """Why the two rows are one person, or are not."""
        from mlops_assets.kinds.fellegi_sunter import pair

        return pair.explain_pair(model, features)
