"""Pictures draw for every shape of result, and weigh little."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mlops_assets.data.profile import figures as profile_figures
from mlops_assets.evaluation import figures
from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.features.columns import Columns
from mlops_assets.figures.style import png
from mlops_assets.tasks.metrics import evaluate


def classified(rows: int, labels: list) -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, len(labels), rows)
    weight = rng.exponential(size=(rows, len(labels))) + np.eye(len(labels))[codes]
    probability = weight / weight.sum(axis=1, keepdims=True)
    named = {f"probability_{label}": probability[:, n] for n, label in enumerate(labels)}
    said = np.array(labels)[probability.argmax(axis=1)]
    return np.array(labels)[codes], pd.DataFrame({"prediction": said, **named})


def size(figure) -> tuple[int, int]:
    picture = png(figure)
    assert len(picture) <= 40_000
    return Image.open(io.BytesIO(picture)).size


def texts(figure, of: int = 0) -> list[str]:
    axes = figure.axes[of]
    shown = axes.get_legend().get_texts() if axes.get_legend() else axes.texts
    return [text.get_text() for text in shown]


def test_a_binary_classifier_gets_five_pictures():
    drawn = figures.evaluation(*classified(300, [0, 1]), "classification")
    assert list(drawn) == [
        "confusion_matrix",
        "roc_curve",
        "score_histogram",
        "precision_recall",
        "calibration",
    ]
    assert {size(figure)[0] for figure in drawn.values()} == {702}


def test_every_axis_is_named():
    for figure in figures.evaluation(*classified(300, [0, 1]), "classification").values():
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert axes.get_ylabel()


def test_the_confusion_matrix_shows_the_counts_of_pandas():
    ground_truth, predictions = classified(300, ["a", "b", "c"])
    figure = figures.evaluation(ground_truth, predictions, "classification")["confusion_matrix"]
    counts = pd.crosstab(ground_truth, predictions["prediction"].to_numpy()).to_numpy().ravel()
    assert [text.split("\n")[0] for text in texts(figure)] == list(map(str, counts))


def test_the_curves_carry_the_areas_of_the_metrics():
    ground_truth, predictions = classified(300, [0, 1])
    drawn = figures.evaluation(ground_truth, predictions, "classification")
    metrics = evaluate(ground_truth, predictions, "classification", resamples=1)
    assert texts(drawn["roc_curve"])[1] == f"1 (area {metrics['roc_auc'].value:.3f})"
    said = f"1 (average precision {metrics['average_precision'].value:.3f})"
    assert texts(drawn["precision_recall"])[1] == said


def test_many_labels_are_merged_into_a_readable_matrix():
    drawn = figures.evaluation(*classified(3000, list(range(40))), "classification")
    matrix = drawn["confusion_matrix"]
    names = [label.get_text() for label in matrix.axes[0].get_xticklabels()]
    assert len(names) == 20
    assert names[-1] == "other"
    assert sum(int(text.replace(",", "")) for text in texts(matrix)) == 3000
    for figure in drawn.values():
        size(figure)


def test_without_probabilities_only_the_matrix_is_drawn():
    ground_truth, predictions = classified(50, [0, 1])
    drawn = figures.evaluation(ground_truth, predictions[["prediction"]], "classification")
    assert list(drawn) == ["confusion_matrix"]


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b", "c"]])
def test_a_holdout_of_one_class_draws(labels):
    _, predictions = classified(30, labels)
    for figure in figures.evaluation(
        np.full(30, labels[0]), predictions, "classification"
    ).values():
        size(figure)


def test_a_regression_gets_three_pictures():
    rng = np.random.default_rng(0)
    ground_truth = rng.gamma(2, 10, 5000)
    drawn = figures.evaluation(
        ground_truth, pd.DataFrame({"prediction": ground_truth + 1}), "regression"
    )
    assert list(drawn) == ["predicted_versus_actual", "residuals", "score_histogram"]
    assert (
        drawn["predicted_versus_actual"].axes[0].get_title("left").endswith("2,000 of 5,000 rows)")
    )
    for figure in drawn.values():
        size(figure)


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b", "c"]])
def test_scores_draw_with_and_without_the_truth(labels):
    ground_truth, predictions = classified(100, labels)
    for known in (ground_truth, None):
        size(figures.score_histogram(predictions, known, "classification"))
    size(figures.score_histogram(predictions[["prediction"]], None, "classification"))
    numbers = pd.DataFrame({"prediction": [1.0, 2.0]})
    size(figures.score_histogram(numbers, None, "regression"))


def test_a_table_of_every_role_draws_with_gaps_and_empty_columns():
    table = pd.DataFrame(
        {
            "number": [1.0, np.nan, 3.0],
            "empty": [np.nan] * 3,
            "label": ["a", "b", None],
            "flag": [1.0, 0.0, np.nan],
            "day": pd.to_datetime(["2026-01-01", "2026-03-01", None]),
            "note": ["long", "", "longer"],
        }
    )
    columns = Columns(
        numeric=["number", "empty"],
        categorical=["label"],
        boolean=["flag"],
        date=["day"],
        text=["note"],
    )
    drawn = profile_figures.histograms(table, columns)
    size(drawn)
    titles = [axes.get_title() for axes in drawn.axes[:2]]
    assert titles == ["number, 33.3 % missing", "empty, 100 % missing"]
    size(profile_figures.histograms(table, Columns(numeric=["number"])))


def test_wide_tables_are_cut_and_say_so():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 30))).rename(columns="w{}".format)
    wide["w29"] = wide["w0"]
    drawn = profile_figures.histograms(wide, Columns(numeric=list(wide)))
    assert "the first 24 of 30" in drawn.get_suptitle()
    heatmap = profile_figures.correlation_heatmap(wide, list(wide))
    names = [label.get_text() for label in heatmap.axes[0].get_xticklabels()]
    assert len(names) == 24
    assert {"w0", "w29"} <= set(names)
    assert size(heatmap)[0] == 702


def test_columns_that_do_not_vary_have_no_correlation():
    table = pd.DataFrame({"a": [1, 2, 4], "b": [2, 1, 0], "c": 1})
    names = profile_figures.correlation_heatmap(table, ["a", "b", "c"]).axes[0].get_xticklabels()
    assert [name.get_text() for name in names] == ["a", "b"]
    size(profile_figures.correlation_heatmap(table, ["c"]))


def test_the_most_important_features_come_first():
    names = [f"feature {n}" for n in range(30)]
    frame = pd.DataFrame({"feature": names, "importance": range(30, 0, -1), "spread": 0.5})
    drawn = figures.importances(frame)
    shown = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert shown[::-1] == names[:20]
    size(drawn)


def test_every_gate_is_a_row_even_without_a_value():
    results = [
        GateResult(
            gate="f1", bound=">= 0.8", min=0.8, value=0.9, low=0.8, high=1, passed=True, reason=""
        ),
        GateResult(gate="rmse", bound="<= 5", max=5, value=float("nan"), passed=False, reason=""),
        GateResult(gate="x", bound=">= 0", min=0, passed=False, reason=""),
    ]
    drawn = figures.gates(results)
    assert [texts(drawn, of) for of in range(3)] == [
        ["PASS  f1", "0.900"],
        ["FAIL  rmse", "no value"],
        ["FAIL  x", "no value"],
    ]
    size(drawn)
    size(figures.gates([]))


def test_the_same_figure_has_the_same_bytes():
    first, again = (figures.evaluation(*classified(80, [0, 1]), "classification") for _ in range(2))
    assert png(first["roc_curve"]) == png(again["roc_curve"])
