"""Against the public FEBRL data sets, whose truth is known."""

import pytest

from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter.febrl import COLUMNS, NAMES, SPEC, load

pytestmark = pytest.mark.statistics


@pytest.mark.parametrize("name", NAMES)
def test_the_duplicates_of_febrl_are_found(name):
    features, ground_truth = load(name)
    rows = Dataset(features, COLUMNS)
    model = SPEC.fit(rows, DEDUPLICATION, seed=0, allowed_prefixes=())
    failed = [claim.name for claim in model.summary().claims if not claim.passed]
    assert failed == []
    found = DEDUPLICATION.metrics(rows.with_target(ground_truth), model.predict(features))
    assert found["f1_score"].value >= 0.99
