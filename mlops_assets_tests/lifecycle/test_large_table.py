"""A retrain on many batches gives what it gives on one, and a sample is what is fitted on."""

import pandas as pd
import pytest

from mlops_assets.data.training_tables import FeatureTable, RawData
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.runs import REASON_TAG
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.training_spec import TrainingSpec
from mlops_assets_tests.world import SMALL, World, small_table

ROWS, BATCH, SAMPLE = 400, 70, 200


@pytest.fixture
def large(world, monkeypatch) -> World:
    """A model of a table that is read in six batches."""
    world.spec |= {"identity": ["id"]}
    rows().to_csv(world.csv, index=False)
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(BATCH))
    return world


def rows(count: int = ROWS) -> pd.DataFrame:
    return small_table(count).assign(id=range(count))


def batches(record: RawData | FeatureTable) -> int:
    return len([*record.content.batches()])


def stored() -> tuple[RawData, FeatureTable]:
    found = read_newest(["small", "raw_data"], RawData)
    return found, read_newest(["small", "features"], FeatureTable)


def test_many_batches_are_fitted_on_as_one(large, monkeypatch):
    steps = ("raw_data", "features", "trained_model")
    assert large.retrain(*steps).success
    many = stored()
    assert [*map(batches, many)] == [6, 6]
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(ROWS))
    assert large.retrain(*steps).success
    one = stored()
    assert [*map(batches, one)] == [1, 1]
    for those, this in zip(many, one, strict=True):
        assert those.model_dump() == this.model_dump()
        pd.testing.assert_frame_equal(those.table, this.table, check_exact=True)
    assert large.children()["trained_model"].data.metrics["reused"] == 1


def test_a_sample_is_fitted_on_and_said_so(large):
    large.spec |= {"sample": {"rows": SAMPLE}}
    assert large.retrain("raw_data", "features", "trained_model", "evaluation").success
    raw, features = stored()
    assert (raw.rows, features.rows) == (ROWS, SAMPLE)
    children = large.children()
    made = children["features"].data.metrics
    assert made["sampled_of_rows"] == ROWS
    assert made["training_rows"] + made["holdout_rows"] == SAMPLE
    assert children["evaluation"].data.metrics["roc_auc"] > 0.9
    assert children["features"].data.tags["dataset_version"] == raw.dataset_version


def test_the_sample_belongs_to_the_fit(large):
    steps = ("raw_data", "features", "trained_model")
    fingerprints = []
    for sample in (None, {"rows": SAMPLE}, {"rows": SAMPLE + 1}):
        large.spec["sample"] = sample
        assert large.retrain(*steps).success
        fingerprints.append(large.children()["trained_model"].data.tags["fingerprint"])
    assert len({*fingerprints}) == 3


def test_a_bad_value_in_a_late_batch_is_told_with_its_place(large):
    bad = rows().astype({"x": object})
    bad.loc[390, "x"] = "high"
    bad.to_csv(large.csv, index=False)
    assert not large.retrain("raw_data", "features").success
    failed = large.children()["columns_fit_their_roles"].data.tags[REASON_TAG]
    assert "'x' has 1 of 400 values that are not valid numeric values" in failed
    assert "the first is in row 391" in failed
    with pytest.raises(LookupError):
        read_newest(["small", "features"], FeatureTable)


def test_checks_of_another_defs_yaml_are_made_again(large):
    assert large.retrain("raw_data").success
    large.spec |= {"minimum_rows": ROWS + 1}
    assert not large.retrain("features").success
    reason = large.children()["features"].data.tags[REASON_TAG]
    assert f"at least {ROWS + 1} rows" in reason


def spec(**given) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **given})


def test_without_a_sample_the_fit_is_described_as_before():
    assert {*spec().training()} == {*TrainingSpec.model_fields, "model"}
    assert spec(sample={"rows": 1_000}).training()["sample"] == {"rows": 1_000}


def test_a_sample_of_records_to_link_is_refused():
    given = {
        "task": "deduplication",
        "target": None,
        "gates": {},
        "columns": {"text": ["name"]},
        "model": {"type": "fellegi_sunter"},
    }
    with pytest.raises(ValueError, match="most pairs are torn apart"):
        spec(**given, sample={"rows": 1_000})


def test_a_sample_below_the_least_rows_is_refused():
    with pytest.raises(ValueError, match="`sample` of 40 rows and `minimum_rows` 50"):
        spec(sample={"rows": 40})
