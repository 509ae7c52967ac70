"""Without settings of its own, the kind is as good as Splink set up by hand."""

import pytest

from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter import fake, febrl

pytestmark = pytest.mark.statistics


def metrics_of(dataset: Dataset) -> dict[str, float]:
    found = fake.DEFAULT.fit(dataset.with_target(None), DEDUPLICATION, seed=0, allowed_prefixes=())
    predictions = found.predict(dataset.features)
    measured = DEDUPLICATION.metrics(dataset, predictions)
    assert [claim.name for claim in found.summary().claims if not claim.passed] == []
    return {name: metric.value for name, metric in measured.items()}


@pytest.mark.skipif(not fake.FILE.exists(), reason="Splink's fake_1000 is not in ../shared/data")
def test_splinks_own_example_without_settings():
    found = metrics_of(fake.load())
    assert found["f1_score"] >= 0.935  # Splink by hand
    assert found["precision"] >= 0.99


def test_febrl_4_without_settings():
    assert metrics_of(febrl.both())["f1_score"] >= 0.997  # Splink by hand
