"""The pack `calibration`: a calibrated model passes, one that expects too much is found out."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.calibration import bin_of
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.packs.calibration import Calibration
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.pictures import collisions, size
from mlops_assets_tests.world import SMALL

ERROR, MEAN = "calibration_error", "mean_score_minus_base_rate"
RIDGE = {"type": "sklearn", "estimator": "sklearn.linear_model.Ridge"}


def spec(**given: Any) -> LifecycleSpec:
    return LifecycleSpec.model_validate(
        {**SMALL, "source": {"type": "csv", "path": "table.csv"}, **given}
    )


def judged(target: Any, predictions: pd.DataFrame, **given: Any) -> PackResult:
    rows = pd.DataFrame({"x": np.zeros(len(predictions))}, predictions.index)
    known = Dataset(rows, Columns(numeric=["x"]), pd.Series(target, predictions.index))
    return Calibration().judge(known, predictions, spec(**given))


def two(rows: int = 2_000, seed: int = 0, shift: float = 0.0) -> tuple[Any, pd.DataFrame]:
    """Probabilities that are right, then moved by `shift`."""
    draw = np.random.default_rng(seed)
    right = draw.beta(1, 4, rows)
    said = np.clip(right + shift, 0, 1)
    table = {"prediction": (said > 0.5).astype(int), "probability_0": 1 - said}
    return (draw.random(rows) < right).astype(int), pd.DataFrame(table | {"probability_1": said})


def several(rows: int = 3_000) -> tuple[Any, pd.DataFrame]:
    draw = np.random.default_rng(0)
    shares = draw.dirichlet([2, 3, 5], rows)
    truth = np.array([draw.choice(list("abc"), p=it) for it in shares])
    table = pd.DataFrame(shares, columns=[f"probability_{it}" for it in "abc"])
    return truth, table.assign(prediction=np.array(list("abc"))[shares.argmax(axis=1)])


def test_the_distance_is_that_of_the_definition():
    target, predictions = two()
    (found,) = judged(target, predictions).documents["calibration.json"]()
    score = predictions["probability_1"].to_numpy()
    parts = np.array_split(np.argsort(score, kind="stable"), 10)
    expected = sum(abs(score[it].mean() - target[it].mean()) * len(it) for it in parts) / 2_000
    assert found["distance"] == pytest.approx(expected)


def test_the_error_is_the_root_mean_square_without_its_noise():
    target, predictions = two(shift=0.2)
    score = predictions["probability_1"].to_numpy()
    parts = np.array_split(np.argsort(score, kind="stable"), 10)
    off = [score[it] - target[it] for it in parts]
    square = sum((it.mean() ** 2 - it.var(ddof=1) / len(it)) * len(it) for it in off) / 2_000
    metric = judged(target, predictions).metrics[ERROR]
    assert metric.value == pytest.approx(square**0.5)
    assert metric.low < metric.value < metric.high


def test_a_gate_finds_a_model_that_expects_too_much():
    gates = spec(gates={ERROR: {"max": 0.05}, MEAN: {"min": -0.03, "max": 0.03}}).gates
    for shift, passes in ((0.0, True), (0.1, False)):
        metrics = judged(*two(shift=shift)).metrics
        results = judge(gates, metrics, NoChampion(), task=spec().task)
        assert [it.passed for it in results if it.gate != "beats_production"] == [passes] * 2
        assert metrics[MEAN].value == pytest.approx(shift, abs=0.02)


def test_the_words_say_what_was_expected_and_what_happened():
    target, predictions = two()
    (found,) = judged(target, predictions).documents["calibration.json"]()
    assert found["name"] == "probability of 1"
    assert found["in_words"].startswith(
        f"predicts {100 * predictions['probability_1'].mean():.3g} % on average, "
        f"{100 * target.mean():.3g} % happened, p = "
    )
    assert sum(it["rows"] for it in found["bins"]) == 2_000
    assert all(it["low"] <= it["happened"] <= it["high"] for it in found["bins"])
    (wrong,) = judged(*two(shift=0.1)).documents["calibration.json"]()
    assert wrong["p_value"] < 0.001
    assert wrong["in_words"].endswith("p < 0.001")
    json.dumps(found)


@pytest.mark.statistics
def test_of_models_that_are_right_few_are_called_wrong():
    results = [judged(*two(400, seed=seed)) for seed in range(200)]
    found = [it.documents["calibration.json"]()[0] for it in results]
    assert sum(it["p_value"] < 0.05 for it in found) <= 20  # 10 expected
    ratio = np.mean([it["distance"] / it["distance_by_chance"] for it in found])
    assert ratio == pytest.approx(1, abs=0.1)
    assert sum(it.metrics[ERROR].low > 0 for it in results) <= 20
    assert np.median([it.metrics[ERROR].value for it in results]) < 0.02


@pytest.mark.statistics
def test_the_interval_of_the_error_covers_it():
    wrong = [judged(*two(1_000, seed=seed, shift=0.1)).metrics[ERROR] for seed in range(100)]
    (true,) = judged(*two(200_000, shift=0.1)).documents["calibration.json"]()
    error = (
        sum(it["rows"] * (it["score"] - it["happened"]) ** 2 for it in true["bins"]) / 2e5
    ) ** 0.5
    assert sum(it.low <= error <= it.high for it in wrong) >= 88


def test_each_of_several_classes_has_its_curve():
    result = judged(*several())
    assert [*result.metrics] == [ERROR]
    found = result.documents["calibration.json"]()
    assert [it["label"] for it in found] == ["a", "b", "c"]
    metric = result.metrics[ERROR]
    assert metric.low <= metric.value <= metric.high
    assert metric.low == 0
    assert all(it["p_value"] > 0.05 for it in found)
    assert result.panel()["calibration"].count("happened") == 3


def test_numbers_are_compared_in_their_unit():
    draw = np.random.default_rng(0)
    actual = draw.normal(20, 5, 500)
    said = pd.DataFrame({"prediction": actual + draw.normal(3, 1, 500)})
    result = judged(actual, said, task="regression", model=RIDGE, gates={})
    assert result.metrics["mean_prediction_minus_actual"].value == pytest.approx(3, abs=0.2)
    assert result.metrics[ERROR].value == pytest.approx(3, abs=0.2)
    (found,) = result.documents["calibration.json"]()
    assert "predicts 22.8 on average" in found["in_words"]
    assert " it was 19.87" in found["in_words"]
    assert found["p_value"] < 0.001


@pytest.mark.parametrize("kind", ["two", "several", "number", "constant"])
def test_the_pictures_and_the_panel(kind):
    given: dict[str, Any] = {}
    if kind in ("number", "constant"):
        actual = np.random.default_rng(0).normal(size=200)
        said = pd.DataFrame({"prediction": actual * 0.5 if kind == "number" else 0.0 * actual})
        rows: Any = (actual, said)
        given = {"task": "regression", "model": RIDGE, "gates": {}}
    else:
        rows = {"two": two, "several": several}[kind]()
    result = judged(*rows, **given)
    figures = result.draw()
    assert [*figures] == ["calibration_curve", "prediction_histogram"]
    assert all(size(it)[0] == 702 and collisions(it) == [] for it in figures.values())
    text = result.panel()["calibration"]
    assert len(text) < 900
    assert "is expected of scores that are right" in text
    assert f"| {ERROR} |" in text


def test_equal_scores_are_in_one_bin():
    scores = two(400)[1]["probability_1"].round(1).to_numpy()
    codes = bin_of(scores)
    assert all(len({*codes[scores == it].tolist()}) == 1 for it in set(scores.tolist()))
    assert [*np.unique(codes)] == [*range(codes.max() + 1)]
    assert (bin_of(np.full(50, 0.3)) == 0).all()


def test_without_probabilities_there_is_nothing_to_compare():
    target, predictions = two(50)
    with pytest.raises(InputError, match="the pack calibration, and predictions with"):
        judged(target, predictions[["prediction"]])
