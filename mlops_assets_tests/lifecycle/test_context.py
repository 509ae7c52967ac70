"""Context columns: kept with every row, judged and monitored, and never fitted on."""

import pytest

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import score_day
from mlops_assets.monitoring.version_reference import load_version_reference
from mlops_assets.platform.lake import read_newest
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import SMALL, small_table

DAY = "2026-01-05"
CONTEXT = {"sensitive": ["sex"], "weight": "exposure", "group": ["c"]}


def table(rows: int = 1200):
    """The small table with a sensitive column, for whose women the label means nothing."""
    found = small_table(rows).assign(exposure=1.5)
    found["sex"] = ["w" if i % 4 == 0 else "m" for i in range(rows)]
    women = found["sex"] == "w"
    found.loc[women, "y"] = [i // 4 % 2 for i in found.index[women]]
    return found


@pytest.fixture
def world(world):
    live = {"type": "csv", "path": str(world.settings.home / "{day}.csv")}
    world.spec |= {"context": CONTEXT, "live": {"source": live}, "gates": {"roc_auc": {"min": 0.5}}}
    table().to_csv(world.csv, index=False)
    table(200).to_csv(world.settings.home / f"{DAY}.csv", index=False)
    return world


@pytest.mark.process
def test_it_goes_through_every_stage_but_the_fit(world):
    assert world.retrain_as_of("2026-01-04").success
    child = world.children()["trained_model"]
    reference = load_version_reference(world.client, child.data.tags["model_id"])
    assert reference.data.columns.names == ["x", "c"]
    assert reference.context is not None
    assert reference.context.columns.names == ["exposure", "sex"]  # `c` is a feature, too
    slices = [it.slice for it in read_newest(["small", "evaluation"], Evaluation).slices]
    assert "sex = w" in slices
    assert child.data.params["features"] == "2"

    assert world.monitor(DAY).success
    report = read_newest(["small", "drift_report", DAY], DriftReport)
    assert report.context is not None
    assert {it.column for it in report.context.columns} == {"sex", "exposure"}
    scored = read_newest(["small", "predictions", DAY])
    assert {"sex", "exposure", "c", "prediction"} <= {*scored}
    errors = world.children()["performance_report"]
    assert errors.data.metrics["roc_auc"] > 0.5


@pytest.mark.process
def test_its_drift_is_shown_and_is_no_reason_to_retrain(world):
    world.begin()
    path = world.settings.home / f"{DAY}.csv"
    table(600).assign(sex="w").to_csv(path, index=False)
    assert world.monitor(DAY).success
    report = read_newest(["small", "drift_report", DAY], DriftReport)
    assert report.context is not None
    assert (report.context.status, report.data.status) == ("drift", "clean")
    assert report.facts().verdict == "clean"


def test_a_context_column_with_the_name_of_a_score_is_left_out_of_the_predictions(
    world, monkeypatch
):
    world.begin()
    life = LoopWorld(world)
    predict = SklearnModel.predict

    def explained(self, features):
        return predict(self, features).assign(exposure=0.5)

    monkeypatch.setattr(SklearnModel, "predict", explained)
    day = LiveDay(table=table(50), dataset_version="d", claims=())
    scored = score_day(day, life.registry.at(PRODUCTION), life.spec).record.table
    assert list(scored.columns)[:3] == ["c", "sex", "prediction"]
    assert (scored["exposure"] == 0.5).all()


def test_a_day_without_it_is_an_outage(world):
    world.begin()
    path = world.settings.home / f"{DAY}.csv"
    table(200).drop(columns="sex").to_csv(path, index=False)
    result = world.monitor(DAY)
    assert not result.success
    failed = [it for it in result.get_asset_check_evaluations() if not it.passed]
    assert "day_has_its_columns" in [it.check_name for it in failed]


def test_rows_with_a_negative_weight_are_not_fitted(world):
    table().assign(exposure=-1.0).to_csv(world.csv, index=False)
    result = world.retrain_as_of("2026-01-04")
    assert not result.success
    failed = {it.check_name: it for it in result.get_asset_check_evaluations() if not it.passed}
    assert "below 0" in str(failed["columns_fit_their_roles"].metadata["observed"].value)


def test_a_model_is_the_same_with_and_without_context():
    source = {"type": "csv", "path": "table.csv"}
    specs = [
        LifecycleSpec.model_validate({**SMALL, "source": source, "context": context})
        for context in ({}, CONTEXT)
    ]
    rows, predicted = table(), []
    for spec in specs:
        dataset = spec.dataset(rows).with_target(rows["y"])
        model = spec.model.fit(dataset, spec.task, seed=0, allowed_prefixes=("sklearn.",))
        predicted.append(model.predict(dataset.features))
    assert predicted[0].equals(predicted[1])
