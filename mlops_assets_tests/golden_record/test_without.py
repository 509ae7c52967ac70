"""Without the table it says what to run; without the truth it says only what it can know."""

import json
import re

import pytest
import yaml

from mlops_assets_tests.databases import DATABASES
from mlops_assets_tests.golden_record.conftest import (
    MODEL,
    TRAINED,
    Lived,
    make_golden_record,
    seed,
)

pytestmark = pytest.mark.process

NEEDS_TRUTH = ("precision", "recall", "f1_score", "blocking_recall", "bcubed_precision")


@pytest.fixture(params=DATABASES)
def unfilled(request, tmp_path_factory) -> Lived:
    return Lived(make_golden_record(request, tmp_path_factory))


def test_without_the_table_the_run_fails_with_the_command_that_makes_it(unfilled):
    done = unfilled.checkout.run("retrain", MODEL)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert 'relation "citizens" does not exist' in said
    assert "mlops-assets seed-citizens --rows 100000" in said
    assert {run.info.status for run in unfilled.runs()} == {"FAILED"}
    reason = unfilled.run("raw_data").data.tags["reason"]
    assert 'relation "citizens" does not exist' in reason
    assert "run `mlops-assets seed-citizens --rows 100000`" in reason


@pytest.fixture(params=["sqlite"], scope="module")
def usual(request, tmp_path_factory) -> Lived:
    """The model with no truth, and with single blocking fields, as its users write them."""
    checkout = make_golden_record(request, tmp_path_factory)
    path = checkout.folder / "mlops_assets" / "defs" / MODEL / "defs.yaml"
    given = yaml.safe_load(path.read_text())
    attributes = {
        k: v for k, v in given["attributes"].items() if k not in ("ground_truth", "target")
    }
    attributes["gates"] = {"review_share": {"max": 0.05}}
    attributes["model"]["params"]["blocking_fields"] = ["jan_aadhaar", "gender"]
    path.write_text(yaml.safe_dump({**given, "attributes": attributes}))
    seed(checkout, "--rows", "1500")
    checkout.play((MODEL, "retrain", TRAINED))
    return Lived(checkout)


def test_without_truth_what_needs_it_is_null_and_the_rest_is_there(usual):
    metrics = usual.run("evaluation").data.metrics
    assert not {name for name in metrics if name.startswith(NEEDS_TRUTH)}
    assert {"candidate_pairs", "match_pairs", "training_pairs", "review_share"} <= set(metrics)
    report = json.loads(usual.text("evaluation", "evaluation_report.json"))
    assert {name: report[name] for name in NEEDS_TRUTH} == dict.fromkeys(NEEDS_TRUTH)
    files = usual.files("evaluation")
    assert {"match_weights.png", "weight_histogram.png", "pair_waterfall.png"} <= files
    assert not {"threshold_curve.png", "roc_curve.png", "confusion_matrix.png"} & files


def test_single_blocking_fields_are_a_warning_with_their_pairs_and_the_run_goes_on(usual):
    passed, observed = usual.checks("trained_model")["single_fields_create_few_pairs"]
    counted = dict(
        re.findall(r"blocking field (\w+) alone creates ([\d,]+) pairs of 1,500", observed)
    )
    metrics = usual.run("evaluation").data.metrics
    assert not passed
    assert set(counted) == {"jan_aadhaar", "gender"}
    assert int(counted["jan_aadhaar"].replace(",", "")) == metrics["pairs_by_jan_aadhaar"]
    assert {run.info.status for run in usual.runs()} == {"FINISHED"}
