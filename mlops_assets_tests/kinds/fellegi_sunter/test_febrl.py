"""Against the public FEBRL data sets, whose truth is known."""

import pytest

from mlops_assets.tasks.metrics import evaluate_clusters
from mlops_assets_tests.kinds.fellegi_sunter.febrl import COLUMNS, NAMES, SPEC, load

pytestmark = pytest.mark.statistics


@pytest.mark.parametrize("name", NAMES)
def test_the_duplicates_of_febrl_are_found(name):
    features, ground_truth = load(name)
    fitted = SPEC.fit(features, None, COLUMNS, "deduplication", seed=0, allowed_prefixes=())
    failed = [claim.name for claim in fitted.claims if not claim.passed]
    assert failed == ["no_single_blocking_field"]  # soc_sec_id, which is not their `person_id`
    predictions = SPEC.predict(fitted.model, features)
    assert evaluate_clusters(ground_truth, predictions["prediction"])["f1_score"].value >= 0.99
