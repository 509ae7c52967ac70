"""Splink's own example of 1,000 records, which is not shipped, and the kind without settings."""

from pathlib import Path

import pandas as pd

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec

FILE = Path(__file__).parents[4] / "shared" / "data" / "splink_fake_1000.csv.gz"
COLUMNS = Columns(text=["first_name", "surname", "email"], date=["dob"], categorical=["city"])
DEFAULT = FellegiSunterSpec.model_validate({"type": "fellegi_sunter"})


def load() -> Dataset:
    """Typed features, with the person of each record as the target."""
    table = pd.read_csv(FILE, dtype=str, index_col="unique_id")
    return Dataset(typed_features(table, COLUMNS), COLUMNS, table["cluster"])
