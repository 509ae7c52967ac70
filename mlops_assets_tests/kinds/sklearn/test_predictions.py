"""The predictions table: labels as they came, probabilities that sum to one."""

import numpy as np
import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.predictions import CHUNK_ROWS
from mlops_assets_tests.kinds.sklearn.messy import features, fitted, small_forest, target

NEW = features(20, seed=8).sample(frac=1, random_state=0)


@pytest.mark.parametrize("kind", ["int2", "str2", "str3"])
def test_a_classifier_gives_labels_and_a_probability_each(kind):
    labels = target(features(), kind)
    found = small_forest(kind).predict(NEW)
    names = [f"probability_{label}" for label in sorted(labels.unique())]
    assert list(found) == ["prediction", *names]
    assert found["prediction"].dtype == labels.dtype
    assert np.allclose(found[names].sum(axis=1), 1)
    assert found.index.equals(NEW.index)


def test_the_likeliest_label_is_the_prediction():
    found = small_forest("str3").predict(NEW)
    likeliest = found.filter(like="probability_").idxmax(axis=1)
    assert likeliest.str.removeprefix("probability_").equals(found["prediction"])


@pytest.mark.parametrize("estimator", ["ensemble.RandomForestClassifier", "svm.LinearSVC"])
def test_many_rows_are_predicted_in_chunks_as_if_at_once(estimator):
    model = fitted(f"sklearn.{estimator}")
    many = features(CHUNK_ROWS + 5, seed=9)
    found = model.predict(many)
    assert (found["prediction"] == model.pipeline.predict(many)).all()
    assert found.tail(5).equals(model.predict(many.tail(5)))


def test_a_regressor_gives_numbers():
    found = small_forest("number").predict(NEW)
    assert list(found) == ["prediction"]
    assert found["prediction"].dtype == "float64"


def test_a_classifier_without_probabilities_gives_a_score():
    found = fitted("sklearn.svm.LinearSVC").predict(NEW)
    assert list(found) == ["prediction", "score"]
    assert ((found["score"] > 0) == (found["prediction"] == 1)).all()


def test_the_order_of_columns_and_columns_besides_do_not_matter():
    model = small_forest()
    turned = NEW[NEW.columns[::-1]].assign(extra=1)
    assert model.predict(turned).equals(model.predict(NEW))


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column 'city'"):
        small_forest().predict(NEW.drop(columns="city"))
