"""Gates pass on evidence only: NaN, a missing metric and too few rows all fail."""

from math import nan

import pytest
from pydantic import ValidationError

from mlops_assets.data.profile.quality import Quality
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.newest_first import Comparison
from mlops_assets.spec.gates import Gates, rows_needed
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.regression import REGRESSION


def metric(value: float, support: int = 1000) -> Metric:
    return Metric(value=value, low=value - 0.02, high=value + 0.02, support=support)


def difference(lower_95: float, support: int = 1000) -> Comparison:
    numbers = {"value": lower_95 + 0.01, "low": lower_95 - 0.01, "high": lower_95 + 0.03}
    return Comparison(metric="roc_auc", lower_95=lower_95, support=support, **numbers)


def result(gate: dict, **metrics):
    """The result of the first gate of a YAML mapping."""
    return judge(Gates.model_validate(gate), metrics, NoChampion(), task=CLASSIFICATION)[0]


def against(champion, **beats):
    gates = Gates.model_validate({"beats_production": beats})
    return judge(gates, {"roc_auc": metric(0.9)}, champion, task=CLASSIFICATION)[0]


def test_the_yaml_is_a_mapping_of_metrics_and_one_comparison():
    yaml = {"roc_auc": {"min": 0.85}, "beats_production": {"metric": "f1", "tolerance": 0.02}}
    gates = Gates.model_validate(yaml)
    assert gates.bounds["roc_auc"].min == 0.85
    assert gates.beats_production.metric == "f1"
    assert Gates.model_validate_json(gates.model_dump_json()) == gates


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ({}, "min, max or both, such as {min: 0.85}"),
        ({"min": 0.9, "max": 0.8}, "min 0.9 is above max 0.8: nothing can pass"),
        ({"minimum": 0.9}, "minimum\n  Extra inputs are not permitted"),
        ({"min": float("nan")}, "finite number"),
        ({"min": 0.9, "resolution": 0}, "greater than 0"),
        (0.85, "valid dictionary"),
    ],
)
def test_a_gate_that_says_nothing_is_refused(gate, words):
    with pytest.raises(ValidationError, match="roc_auc") as error:
        Gates.model_validate({"roc_auc": gate})
    assert words in str(error.value)


def test_a_quality_of_the_data_is_a_gate_between_the_metrics_and_the_comparison():
    gates = Gates.model_validate({"roc_auc": {"min": 0.8}, "data": {"missing_rate": {"max": 0.05}}})
    data = {"missing_rate": Quality(0.06, "6 % of the feature values are missing")}
    found = judge(gates, {"roc_auc": metric(0.9)}, NoChampion(), task=CLASSIFICATION, data=data)
    assert [(it.gate, it.passed) for it in found] == [
        ("roc_auc", True),
        ("missing_rate", False),
        ("beats_production", True),
    ]
    assert str(found[1]) == "FAIL missing_rate 0.060 <= 0.05"
    assert found[1].reason == "6 % of the feature values are missing"
    assert gates.bounds.keys() == {"roc_auc"}
    assert Gates.model_validate_json(gates.model_dump_json()) == gates


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"missing": {"max": 0.1}}, "data.missing\n  Extra inputs"),
        ({"missing_rate": {"min": 0.1}}, "data.missing_rate.min\n  Extra inputs"),
        ({"feature_correlation": {"max": 80}}, "less than or equal to 1"),
    ],
)
def test_a_bound_on_the_data_that_says_nothing_is_refused(data, words):
    with pytest.raises(ValidationError) as error:
        Gates.model_validate({"data": data})
    assert words in str(error.value)


def test_a_mistyped_comparison_is_refused():
    with pytest.raises(ValidationError, match=r"beats_prodution.metric\s+Extra inputs"):
        Gates.model_validate({"beats_prodution": {"metric": "roc_auc"}})


@pytest.mark.parametrize(
    ("gate", "passed"),
    [
        ({"min": 0.85}, True),
        ({"min": 0.9}, True),
        ({"min": 0.901}, False),
        ({"max": 0.9}, True),
        ({"max": 0.5}, False),
        ({"min": 0.85, "max": 0.95}, True),
    ],
)
def test_the_value_is_compared_with_the_bound(gate, passed):
    assert result({"f1": gate}, f1=metric(0.9)).passed is passed


def test_a_failed_gate_says_by_how_much():
    assert result({"f1": {"min": 0.95}}, f1=metric(0.9)).reason == "0.9 is below 0.95"


def test_nan_fails():
    failed = result({"f1": {"max": 1}}, f1=metric(float("nan")))
    assert not failed.passed
    assert "NaN" in failed.reason


def test_a_metric_that_was_not_computed_fails_and_names_the_nearest():
    failed = result({"roc_acu": {"min": 0.5}}, roc_auc=metric(0.9), f1=metric(0.9))
    assert not failed.passed
    assert failed.reason == (
        "not computed; there are ['roc_auc', 'f1']; the nearest name is 'roc_auc'"
    )


@pytest.mark.parametrize(
    ("name", "bound", "resolution", "rows"),
    [
        ("roc_auc", 0.5, 0.1, 96),
        ("roc_auc", 0.85, 0.1, 49),
        ("recall", 0.5, 0.05, 384),
        ("equal_opportunity_difference", 0.1, 0.1, 35),
        ("accuracy", 0.99, 0.1, 30),
        ("accuracy", 1.0, 0.01, 300),
        ("rmse", 0.5, 0.1, 30),
        ("log_loss", 0.4, 0.1, 30),
        ("cost", 120, 0.1, 30),
    ],
)
def test_rows_that_a_bound_needs(name, bound, resolution, rows):
    assert rows_needed(name, bound, resolution) == rows


def test_a_holdout_that_cannot_tell_fails_even_with_a_good_value():
    few, enough = (result({"roc_auc": {"min": 0.85}}, roc_auc=metric(0.9, n)) for n in (48, 49))
    assert not few.passed
    assert few.reason == "48 rows counted, 49 needed to tell 0.85 from 0.75"
    assert enough.passed


def test_a_coarser_resolution_needs_fewer_rows():
    assert result({"f1": {"min": 0.85, "resolution": 0.2}}, f1=metric(0.9, 20)).passed


def test_without_gates_the_comparison_with_production_is_still_judged():
    results = judge(Gates(), {"roc_auc": metric(0.9)}, difference(-0.02), task=CLASSIFICATION)
    assert [(r.gate, r.passed) for r in results] == [("beats_production", False)]


def test_the_first_version_beats_nobody_and_passes():
    assert against(NoChampion()).passed
    assert against(NoChampion()).reason == "no production version yet"


def test_a_version_that_could_not_be_scored_fails_with_the_reason():
    failed = against("production version 3 needs the column 'ca'")
    assert not failed.passed
    assert failed.reason == "production version 3 needs the column 'ca'"


@pytest.mark.parametrize(
    ("lower", "tolerance", "passed"),
    [(0.0, 0.0, True), (-0.01, 0.01, True), (-0.011, 0.01, False), (float("nan"), 0.01, False)],
)
def test_the_lower_bound_may_be_worse_by_the_tolerance(lower, tolerance, passed):
    assert against(difference(lower), tolerance=tolerance).passed is passed


def test_the_bound_that_is_judged_is_named_before_the_estimate():
    champion = difference(-0.0021).model_copy(
        update={"value": 0.003858, "low": -0.004, "high": 0.0112}
    )
    passed = against(champion, tolerance=0.01)
    assert passed.reason.startswith("-0.002 at worst, +0.004 measured, on ")
    assert passed.judged == -0.0021


def test_a_comparison_on_a_few_rows_tells_nothing():
    failed = against(difference(0.0, support=29))
    assert not failed.passed
    assert failed.reason == "29 rows counted, 30 needed to compare"


@pytest.mark.parametrize(
    ("metrics", "task", "compared"),
    [
        (["brier", "accuracy", "roc_auc"], CLASSIFICATION, "roc_auc"),
        (["f1_macro", "accuracy"], CLASSIFICATION, "accuracy"),
        (["mae", "r2"], REGRESSION, "r2"),
        (["plan_alignment"], CLASSIFICATION, "plan_alignment"),
        ([], CLASSIFICATION, None),
    ],
)
def test_the_compared_metric_defaults_to_the_headline(metrics, task, compared):
    assert Gates().compared_metric(metrics, task) == compared
    named = Gates.model_validate({"beats_production": {"metric": "recall"}})
    assert named.compared_metric(metrics, task) == "recall"


def test_a_bound_on_an_end_of_the_interval():
    gates = Gates.model_validate({"lift": {"low": {"min": 0}, "high": {"max": 0.2}}})
    metrics = {"lift": Metric(value=0.05, low=-0.01, high=0.11, support=500)}
    low, high, _ = judge(gates, metrics, NoChampion(), task=CLASSIFICATION)
    assert (low.gate, low.end, low.passed) == ("lift.low", "low", False)
    assert low.reason == "-0.01 is below 0"
    assert (low.bound, low.judged) == ("lower end of the interval >= 0", -0.01)
    assert (high.gate, high.judged, high.passed) == ("lift.high", 0.11, True)
    assert high.reason == "0.11, with 0.05 measured, on 500 rows"


def test_a_bound_on_the_value_and_one_on_an_end_are_two_gates():
    gates = Gates.model_validate({"accuracy": {"min": 0.8, "low": {"min": 0.7}}})
    metrics = {"accuracy": Metric(value=0.82, low=0.75, high=0.9, support=500)}
    results = judge(gates, metrics, NoChampion(), task=CLASSIFICATION)
    assert [(it.gate, it.passed) for it in results] == [
        ("accuracy", True),
        ("accuracy.low", True),
        ("beats_production", True),
    ]


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({}, "not computed"),
        ({"lift": Metric(value=nan, low=nan, high=nan, support=500)}, "NaN"),
        ({"lift": Metric(value=0.3, low=0.1, high=0.5, support=29)}, "29 rows counted, 30 needed"),
    ],
)
def test_an_end_that_is_not_known_fails(metrics, reason):
    gates = Gates.model_validate({"lift": {"low": {"min": 0}}})
    result = judge(gates, metrics, NoChampion(), task=CLASSIFICATION)[0]
    assert not result.passed
    assert reason in result.reason


@pytest.mark.parametrize("given", [{}, {"low": {}}, {"low": {"min": 1, "max": 0}}])
def test_a_bound_without_limits_is_refused(given):
    with pytest.raises(ValidationError, match=r"without a bound|nothing can pass"):
        Gates.model_validate({"lift": given})


def test_gates_without_ends_are_stored_as_before():
    """A verdict of an earlier release asked for the same gates, and need not be judged again."""
    gates = Gates.model_validate({"roc_auc": {"min": 0.6}})
    assert '"roc_auc":{"min":0.6,"max":null,"resolution":0.1}' in gates.model_dump_json()


WIDE = Comparison(
    metric="accuracy", value=0.004, low=-0.032, high=0.04, lower_95=-0.026, support=400
)


def test_a_difference_that_no_row_can_tell_is_judged_as_measured_and_says_what_would_tell():
    found = against(WIDE, tolerance=0.01)
    assert found.passed
    assert found.bound == "measured accuracy difference >= 0"
    assert found.judged == 0.004
    assert found.reason == (
        "-0.026 at worst, +0.004 measured, on 400 rows; ±0.03 at 400 rows: 0.01 needs about 3,600 "
        "held-out rows, or `tolerance: 0.03`, so what was measured decides"
    )


@pytest.mark.parametrize("change", [{"value": -0.001, "lower_95": -0.031}, {"support": 29}])
def test_what_measured_worse_or_on_a_few_rows_fails_however_unresolved(change):
    failed = against(WIDE.model_copy(update=change), tolerance=0.01)
    assert not failed.passed
    assert "so what was measured decides" in failed.reason


def test_the_gate_can_reject_what_it_cannot_tell():
    failed = against(WIDE, tolerance=0.01, unresolved="reject")
    assert not failed.passed
    assert failed.reason == (
        "may be worse by 0.026, 0.01 is tolerated, on 400 rows; ±0.03 at 400 rows: 0.01 needs "
        "about 3,600 held-out rows, or `tolerance: 0.03`"
    )


def test_the_tolerance_that_it_names_is_never_too_small():
    failed = against(WIDE.model_copy(update={"value": -0.4, "lower_95": -1.522}), tolerance=1)
    assert "±1.1 at 400 rows: 1 needs about 500 held-out rows, or `tolerance: 1.2`" in failed.reason


def test_a_difference_that_is_surely_worse_is_told_however_wide_its_interval():
    worse = {"value": -0.3, "lower_95": -0.38, "low": -0.4, "high": -0.2}
    failed = against(WIDE.model_copy(update=worse), tolerance=0.01)
    assert failed.reason == "may be worse by 0.38, 0.01 is tolerated, on 400 rows"
    assert failed.bound == "lower bound of the accuracy difference >= -0.01"


def test_what_can_be_told_is_told_by_the_bound():
    clear = WIDE.model_copy(update={"value": -0.004, "lower_95": -0.011})
    failed = against(clear, tolerance=0.01)
    assert not failed.passed
    assert failed.reason == "may be worse by 0.011, 0.01 is tolerated, on 400 rows"


def test_the_rows_of_the_comparison_are_named():
    on = "the 96 held-out rows since 2026-12-01, the newest that tell"
    assert against(WIDE.model_copy(update={"on": on}), tolerance=0.03).reason.endswith(on)


def test_gates_by_default_are_stored_as_those_of_earlier_verdicts():
    stored = Gates().model_dump_json()
    assert "unresolved" not in stored
    rejects = Gates.model_validate({"beats_production": {"unresolved": "reject"}})
    assert Gates.model_validate_json(rejects.model_dump_json()) == rejects
