"""The model as shipped lives on SQLite and PostgreSQL: trained, evaluated, serving, monitored."""

import json

import pytest

from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets_tests.golden_record.conftest import (
    ARRIVALS,
    DEFAULT,
    DRIFTED,
    ENTITIES,
    MODEL,
    QUIET,
    ROWS,
)

pytestmark = pytest.mark.process

FIGURES = "precision recall f1_score match_pairs training_pairs blocking_recall candidate_pairs"
FIGURES += " bcubed_precision bcubed_recall clusters largest_cluster match_rate review_share"
PICTURES = "match_weights weight_histogram pair_waterfall threshold_curve roc_curve"
PICTURES += " confusion_matrix"


def test_every_asset_has_a_finished_run_with_all_that_it_must_record(lived):
    children = [run for run in lived.runs() if PARENT_TAG in run.data.tags]
    named = [(run.info.run_name, run.data.tags["partition"]) for run in children]
    days = [(asset, day) for asset in (*MONITOR, *ENTITIES) for day in (QUIET, DRIFTED)]
    assert sorted(named) == sorted([*((asset, "none") for asset in RETRAIN), *days])
    assert {run.info.status for run in lived.runs()} == {"FINISHED"}
    for run in children:
        assert set(REQUIRED_TAGS) <= set(run.data.tags)
        assert run.data.params
        assert run.data.metrics
        assert lived.client.list_artifacts(run.info.run_id), run.info.run_name


def test_the_training_says_what_it_was_asked_and_what_it_used(lived):
    run = lived.run("trained_model")
    assert run.data.params["match_threshold"] == "0.95"
    assert "['jan_aadhaar']" in run.data.params["blocking_fields"]
    assert run.data.params["rows"] == str(ROWS)
    assert run.data.metrics["train_single_fields_create_few_pairs"] == 1
    assert "training_samples.csv" in lived.files("trained_model")


def test_the_evaluation_has_its_metrics_report_and_charts(lived):
    metrics = lived.run("evaluation").data.metrics
    assert set(FIGURES.split()) <= set(metrics)
    assert metrics["f1_score"] > 0.97
    assert metrics["match_pairs"] < metrics["candidate_pairs"]
    wanted = {"evaluation_report.json", *(f"{name}.png" for name in PICTURES.split())}
    assert wanted <= lived.files("evaluation")
    report = json.loads(lived.text("evaluation", "evaluation_report.json"))
    assert report["f1_score"]["value"] == metrics["f1_score"]


def test_the_logged_model_serves(lived):
    version = lived.client.get_model_version_by_alias(MODEL, "production")
    logged = lived.client.get_logged_model(model_id_of(version))
    assert logged.source_run_id == lived.run("trained_model").info.run_id
    assert lived.run("predictions", QUIET).data.tags["model_id"] == logged.model_id


def test_a_day_is_named_in_figures_that_need_no_truth(lived):
    metrics = lived.run("predictions", QUIET).data.metrics
    evaluated = lived.run("evaluation").data.metrics
    assert metrics["rows"] == ROWS + ARRIVALS
    assert metrics["clusters"] > evaluated["clusters"]
    assert metrics["match_rate"] == pytest.approx(evaluated["match_rate"], abs=0.02)
    assert metrics["review_share"] == pytest.approx(evaluated["review_share"], abs=0.02)


def test_a_day_of_new_citizens_is_clean_and_one_of_default_mobiles_is_drift(lived):
    assert lived.run("drift_report", QUIET).data.tags["verdict"] == "clean"
    assert lived.run("drift_report", DRIFTED).data.tags["verdict"] == "drift"
    said = json.loads(lived.text("drift_report", "drift.json", DRIFTED))["data"]["columns"]
    (column,) = [it for it in said if it["column"] == "mobile is a default"]
    assert column["drifted"]
    assert column["what"].startswith("'true' 1")
    quiet, drifted = (lived.checks("drift_report", day) for day in (QUIET, DRIFTED))
    assert quiet["no_data_drift"][0]
    assert not drifted["no_data_drift"][0]
    assert "mobile is a default 'true' " in drifted["no_data_drift"][1]


def test_the_rates_of_a_day_are_metrics_by_name(lived):
    quiet, drifted = (lived.run("drift_report", day).data.metrics for day in (QUIET, DRIFTED))
    assert drifted["mean/mobile is a default"] > 0.29 > 0.05 > quiet["mean/mobile is a default"]
    assert drifted["mean/mobile is distinct"] != quiet["mean/mobile is distinct"]
    assert drifted["mean/pairs by mobile"] < quiet["mean/pairs by mobile"]
    said = {f"missing/output: {name}" for name in ("rule", "decision", "match_weight")}
    said |= {"mean/output: match_weight", "mean/output: cluster_size"}
    assert {"missing/mobile", *said} <= set(quiet)


def test_everybody_has_a_golden_record_and_ids_stay(lived):
    quiet, drifted = (lived.run("entity_map", day).data.metrics for day in (QUIET, DRIFTED))
    assert quiet["records"] == drifted["records"] == ROWS + ARRIVALS
    assert quiet["rows_added"] == quiet["records"]
    assert drifted["merged"] + drifted["split"] + drifted["moved"] < 0.02 * drifted["entities"]
    golden = SqlSource(table="golden_records").read(lived.checkout.settings)
    entities = SqlSource(table="entity_map").read(lived.checkout.settings)
    days = entities.merge(lived.ids, on="record_id", suffixes=("", "_before"), validate="1:1")
    assert len(days) == ROWS + ARRIVALS
    assert (days["golden_id"] == days["golden_id_before"]).mean() > 0.98
    assert set(golden["golden_id"]) == set(entities["golden_id"])
    assert golden["records"].sum() == drifted["records"]
    assert not (golden["mobile"] == DEFAULT).any()


def test_only_the_citizens_whose_mobile_changed_were_compared_on_the_second_day(lived):
    metrics = lived.run("scored_pairs", DRIFTED).data.metrics
    assert (metrics["records_new"], metrics["records_gone"]) == (0, 0)
    assert 0.28 < metrics["records_changed"] / (ROWS + ARRIVALS) < 0.32
    whole = lived.run("scored_pairs", QUIET).data.metrics["pairs_compared"]
    assert 0 < metrics["pairs_compared"] < whole


def test_the_command_line_says_what_came_of_a_day(lived):
    assert "drift_report         clean: " in lived.said
    assert f"entity_map           {ROWS + ARRIVALS:,} records, " in lived.said
    assert "\nreview_queue " in lived.said


def test_a_day_that_has_not_been_is_refused(lived):
    refused = lived.checkout.run("monitor", MODEL, "--day", "2025-12-31")
    assert refused.returncode == 2
    assert "a day from 2026-01-05 (`live.start`) to " in refused.stderr
