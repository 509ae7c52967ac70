"""The settings under `model.params` of a Fellegi–Sunter model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    pass


Name = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=100)]


Rule = Name | Annotated[list[Name], Field(min_length=1, max_length=10)]


Words = Annotated[list[str], Field(max_length=100)]


Placeholders = dict[Literal["text", "date"], Words]


PLACEHOLDERS: Placeholders = {
    "text": ["unknown", "not known", "not available", "na", "n a", "null", "none", "nil", "test"],
    "date": ["01-01"],
}


class Params(BaseModel):
    """The role of the columns in linking, and the thresholds of a match."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match_threshold: float = Field(
        0.95, gt=0, lt=1, description="Match probability from which two records are one person."
    )
    review_threshold: float = Field(
        0.5, gt=0, lt=1, description="Pairs between this and `match_threshold` go to review."
    )
    blocking_fields: list[Rule] | None = Field(
        None,
        min_length=1,
        max_length=30,
        description="Blocking rules, which decide the pairs that are compared. A rule is a list of "
        "fields that must all agree, or one field. Default: rules found in the data.",
    )
    person_id: Name | None = Field("jan_aadhaar", description="Column with an official id.")
    id_belongs_to: Literal["person", "family"] = Field(
        "person",
        description="person: two different ids mean two people. family: the members of a family "
        "share it, so it is treated like an address.",
    )
    names: list[Name] = Field(["full_name"], max_length=10, description="Columns with names.")
    date_of_birth: Name | None = Field(
        "date_of_birth", description="Column with the date of birth, as a date or as text."
    )
    household: list[Name] = Field(
        ["mobile", "address", "district", "pincode"],
        max_length=10,
        description="Columns that a household shares, compared together as one fact.",
    )
    defaults: Placeholders = Field(
        default_factory=lambda: dict(PLACEHOLDERS),
        description="Placeholders for missing values: words under `text`; under `date`, dates in "
        "full or as month and day. A key that is left out keeps its default. One repeated "
        "character, such as 0000000000, always counts as missing.",
    )
    max_candidate_pairs: int = Field(
        50_000_000, ge=1, le=2_000_000_000, description="Maximum number of pairs to compare."
    )
    random_pairs: int = Field(
        2_000_000,
        ge=1_000,
        le=1_000_000_000,
        description="Number of random pairs used to estimate agreement by chance.",
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
