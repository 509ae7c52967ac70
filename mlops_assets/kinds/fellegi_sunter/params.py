"""What `model.params` of a Fellegi–Sunter model may say."""

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
