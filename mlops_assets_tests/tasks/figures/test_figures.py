"""Pictures draw for every shape of result, and weigh little."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mlops_assets.figures.style import png
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.datasets import dataset_of_target
from mlops_assets_tests.pictures import size, texts


def classified(rows: int, labels: list) -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, len(labels), rows)
    weight = rng.exponential(size=(rows, len(labels))) + np.eye(len(labels))[codes]
    probability = weight / weight.sum(axis=1, keepdims=True)
    named = {f"probability_{label}": probability[:, n] for n, label in enumerate(labels)}
    said = np.array(labels)[probability.argmax(axis=1)]
    return np.array(labels)[codes], pd.DataFrame({"prediction": said, **named})


def drawn_by(task: Task, ground_truth: object, predictions: pd.DataFrame) -> dict:
    return task.figures(dataset_of_target(ground_truth), predictions)


def test_a_binary_classifier_gets_five_pictures():
    drawn = drawn_by(CLASSIFICATION, *classified(300, [0, 1]))
    assert list(drawn) == [
        "confusion_matrix",
        "roc_curve",
        "score_histogram",
        "precision_recall",
        "calibration",
    ]
    assert {size(figure)[0] for figure in drawn.values()} == {702}


def test_every_axis_is_named():
    for figure in drawn_by(CLASSIFICATION, *classified(300, [0, 1])).values():
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert axes.get_ylabel()


def test_the_confusion_matrix_shows_the_counts_of_pandas():
    ground_truth, predictions = classified(300, ["a", "b", "c"])
    figure = drawn_by(CLASSIFICATION, ground_truth, predictions)["confusion_matrix"]
    counts = pd.crosstab(ground_truth, predictions["prediction"].to_numpy()).to_numpy().ravel()
    assert [text.split("\n")[0] for text in texts(figure)] == list(map(str, counts))


def test_the_curves_carry_the_areas_of_the_metrics():
    ground_truth, predictions = classified(300, [0, 1])
    drawn = drawn_by(CLASSIFICATION, ground_truth, predictions)
    metrics = CLASSIFICATION.metrics(dataset_of_target(ground_truth), predictions, resamples=1)
    assert texts(drawn["roc_curve"])[1] == f"1 (area {metrics['roc_auc'].value:.3f})"
    said = f"1 (average precision {metrics['average_precision'].value:.3f})"
    assert texts(drawn["precision_recall"])[1] == said


def test_the_stored_curves_are_the_drawn_ones_and_have_their_area():
    ground_truth, predictions = classified(900, ["no", "yes"])
    found = CLASSIFICATION.curves(dataset_of_target(ground_truth), predictions)
    assert list(found) == ["roc_curve", "precision_recall"]
    (roc,) = found["roc_curve"]
    assert len(roc.x) == len(roc.y) <= 200
    area = np.trapezoid(roc.y, roc.x)
    expected = roc_auc_score(ground_truth == "yes", predictions["probability_yes"])
    assert area == pytest.approx(expected, abs=0.005)


def test_many_labels_are_merged_into_a_readable_matrix():
    drawn = drawn_by(CLASSIFICATION, *classified(3000, list(range(40))))
    matrix = drawn["confusion_matrix"]
    names = [label.get_text() for label in matrix.axes[0].get_xticklabels()]
    assert len(names) == 20
    assert names[-1] == "other"
    assert sum(int(text.replace(",", "")) for text in texts(matrix)) == 3000
    for figure in drawn.values():
        size(figure)


def test_without_probabilities_only_the_matrix_is_drawn():
    ground_truth, predictions = classified(50, [0, 1])
    drawn = drawn_by(CLASSIFICATION, ground_truth, predictions[["prediction"]])
    assert list(drawn) == ["confusion_matrix"]


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b", "c"]])
def test_a_holdout_of_one_class_draws(labels):
    _, predictions = classified(30, labels)
    for figure in drawn_by(CLASSIFICATION, np.full(30, labels[0]), predictions).values():
        size(figure)


def test_a_regression_gets_three_pictures():
    rng = np.random.default_rng(0)
    ground_truth = rng.gamma(2, 10, 5000)
    drawn = drawn_by(REGRESSION, ground_truth, pd.DataFrame({"prediction": ground_truth + 1}))
    assert list(drawn) == ["predicted_versus_actual", "residuals", "score_histogram"]
    assert (
        drawn["predicted_versus_actual"].axes[0].get_title("left").endswith("2,000 of 5,000 rows)")
    )
    for figure in drawn.values():
        size(figure)


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b", "c"]])
def test_scores_draw_with_and_without_the_truth(labels):
    ground_truth, predictions = classified(100, labels)
    size(drawn_by(CLASSIFICATION, ground_truth, predictions)["score_histogram"])
    size(CLASSIFICATION.score_histogram([predictions]))
    size(CLASSIFICATION.score_histogram([predictions[["prediction"]]]))
    size(REGRESSION.score_histogram([pd.DataFrame({"prediction": [1.0, 2.0]})]))


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b", "c"]])
def test_scores_in_batches_draw_what_they_draw_together(labels):
    _, predictions = classified(100, labels)
    # The last label is in the last batch alone.
    predictions = predictions.sort_values("prediction")
    alone = predictions[["prediction"]]
    value = pd.DataFrame({"prediction": [*range(50), None, *np.linspace(-1, 70, 49)]})
    for task, table in [
        (CLASSIFICATION, predictions),
        (CLASSIFICATION, alone),
        (REGRESSION, value),
    ]:
        batches = [table[start : start + 30] for start in range(0, 100, 30)]
        assert png(task.score_histogram(batches)) == png(task.score_histogram([table]))


def test_scores_are_counted_as_matplotlib_counts_them():
    values = np.random.default_rng(0).gamma(2, 10, 500)
    drawn = REGRESSION.score_histogram([pd.DataFrame({"prediction": values})]).axes[0]
    counts, edges = np.histogram(values, bins=40)
    assert [bar.get_height() for bar in drawn.patches] == counts.tolist()
    assert [bar.get_x() for bar in drawn.patches] == pytest.approx(edges[:-1])


def test_the_same_figure_has_the_same_bytes():
    first, again = (drawn_by(CLASSIFICATION, *classified(80, [0, 1])) for _ in range(2))
    assert png(first["roc_curve"]) == png(again["roc_curve"])


def test_a_day_is_drawn_by_its_task():
    known = dataset_of_target(np.arange(60) % 2)
    predictions = pd.DataFrame({"prediction": known.target})
    assert list(CLASSIFICATION.error_figures(known, predictions)) == ["confusion_matrix"]
    assert list(REGRESSION.error_figures(known, predictions)) == ["residuals"]
