"""A threshold is chosen on training rows alone, and everything that predicts goes by it."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.metrics import f1_score

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import DecidesByThreshold
from mlops_assets.kinds.sklearn.learning import learning_curve
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.kinds.sklearn.storage import dump
from mlops_assets.kinds.sklearn.threshold_choice import out_of_fold
from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES
from mlops_assets.tasks.metrics.labelled import confidence
from mlops_assets_tests.kinds.sklearn.messy import FOREST, fitted
from mlops_assets_tests.kinds.sklearn.planted import applicants, fit

CHOSEN = {"threshold": {"metric": "f1"}}


@pytest.fixture(scope="module")
def rows() -> Dataset:
    return applicants()


def test_a_fixed_threshold_decides_and_leaves_the_probabilities(rows):
    model, plain = fit(rows, threshold=0.2), fit(rows)
    found, usual = model.predict(rows.features), plain.predict(rows.features)
    assert (found["prediction"] == "yes").equals(found["probability_yes"] >= 0.2)
    pd.testing.assert_frame_equal(found.iloc[:, 1:], usual.iloc[:, 1:])
    assert model.summary().params["threshold"] == 0.2
    assert isinstance(model, DecidesByThreshold)
    assert (model.decision_thresholds(), plain.decision_thresholds()) == ({"": 0.2}, {})


def test_the_positive_label_need_not_be_the_greater(rows):
    turned = Dataset(rows.features, rows.columns, rows.target, positive="no", groups=rows.groups)
    found = fit(turned, threshold=0.2).predict(rows.features)
    assert (found["prediction"] == "no").equals(found["probability_no"] >= 0.2)


def test_the_chosen_threshold_is_the_best_by_models_that_have_not_seen_the_rows(rows):
    model = fit(rows, **CHOSEN)
    curve = model.summary().threshold
    assert curve is not None
    scores = out_of_fold(fit(rows).pipeline, rows, "yes", 5)
    actual = rows.known_target() == "yes"
    expected = [f1_score(actual, scores >= it) for it in curve.thresholds]
    assert curve.scores["f1"] == pytest.approx(expected)
    assert max(expected) == pytest.approx(curve.at_chosen["f1"])
    assert model.decision_thresholds() == {"": curve.chosen}
    assert model.summary().metrics["train_out_of_fold_f1"] == pytest.approx(max(expected))


def test_a_fold_never_sees_its_own_rows():
    rng = np.random.default_rng(0)
    noise = pd.DataFrame({"x": rng.normal(size=300)})
    labels = pd.Series(rng.integers(0, 2, 300))
    alone = Dataset(noise, Columns(numeric=["x"]), labels, groups=pd.Series(np.arange(300)))
    tree = fit(alone, "sklearn.tree.DecisionTreeClassifier")
    assert (tree.predict(noise)["prediction"] == labels).all()  # learned by heart
    guessed = (out_of_fold(tree.pipeline, alone, 1, 5) >= 0.5) == labels
    assert 0.35 < guessed.mean() < 0.65


def test_a_costly_false_negative_lowers_the_threshold(rows):
    costs = [{"metric": "cost", "false_negative": it} for it in (1, 10)]
    cheap, dear = (fit(rows, threshold=it).decision_thresholds()[""] for it in costs)
    assert dear < 0.25 < cheap


def test_the_same_rows_give_the_same_threshold(rows):
    first, second = (fit(rows, **CHOSEN) for _ in range(2))
    assert first.decision_thresholds() == second.decision_thresholds()
    assert first.predict(rows.features).equals(second.predict(rows.features))


def test_it_is_saved_and_loaded(rows, tmp_path):
    model = fit(rows, **CHOSEN)
    dump(model.pipeline, tmp_path / "model.skops")
    loaded = skops.io.load(tmp_path / "model.skops", trusted=list(TRUSTED_TYPES))
    assert type(model)(loaded).predict(rows.features).equals(model.predict(rows.features))
    assert type(model)(loaded).decision_thresholds() == model.decision_thresholds()


def test_the_fast_path_goes_by_it(rows):
    model = fit(rows, threshold=0.2)
    predictor = model.row_predictor()
    assert predictor is not None
    few = rows.features.head(200)
    found = predictor.predict_rows(few.to_dict("records"))
    assert found.predictions == model.predict(few)["prediction"].tolist()
    assert found.predictions != fit(rows).predict(few)["prediction"].tolist()


def test_what_explains_and_measures_a_prediction_goes_by_it(rows):
    model = fit(rows, threshold=0.2)
    found = model.predict(rows.features)
    decided = (found["prediction"] == "yes") & (found["probability_yes"] < 0.5)
    one = found[decided].head(1)
    assert confidence(one)[0] == one["probability_yes"].iloc[0]
    explained = model.explain_rows(rows.features.loc[one.index])
    usual = fit(rows).explain_rows(rows.features.loc[one.index])
    assert explained.to_numpy() == pytest.approx(-usual.to_numpy())


def test_the_learning_curve_and_importance_work(rows):
    model = fit(rows, threshold=0.2)
    curve = learning_curve(model.pipeline, rows, fit_seconds=0.0, seed=0, seconds=60)
    assert (curve.score, curve.step) == ("roc_auc", "training rows")
    assert model.importance(rows, seed=0)["feature"].iloc[0] == "skill"


@pytest.mark.parametrize(
    ("estimator", "kind", "named"),
    [
        (FOREST, "str3", "RandomForestClassifier with 3 classes"),
        ("sklearn.svm.LinearSVC", "int2", "LinearSVC with 2 classes, which gives no prob"),
        ("sklearn.linear_model.Ridge", "number", "Ridge with no classes"),
    ],
)
def test_only_probabilities_of_two_classes_have_a_threshold(estimator, kind, named):
    with pytest.raises(InputError, match=named):
        fitted(estimator, kind=kind, threshold=0.3)


def test_rows_of_unknown_identity_have_no_folds(rows):
    alone = Dataset(rows.features, rows.columns, rows.target)
    with pytest.raises(InputError, match="identity or block of time is not known"):
        fit(alone, **CHOSEN)


def test_an_older_yaml_has_no_threshold():
    made = SklearnSpec.model_validate({"type": "sklearn", "estimator": FOREST})
    assert (made.threshold, made.mitigation) == (None, None)
