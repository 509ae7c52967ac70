"""A model is loaded through the kind that fitted it, and by no other."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.loading import kind_of, load_model
from mlops_assets.kinds.registry import BY_TYPE
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.kinds.sklearn.messy import features, small_forest
from mlops_assets_tests.other_kind import Rule

NEW = features(30, seed=8)


@pytest.fixture
def saved(settings):
    """Saves a forest under a run with these parameters; its URI."""
    client = open_store(settings)

    def save(**params: str) -> str:
        run_id = client.create_run(experiment_id(client, "heart", settings)).info.run_id
        for name, value in params.items():
            client.log_param(run_id, name, value)
        model_id = small_forest().save(NEW[:5], run_id=run_id, model_name="heart")
        return f"models:/{model_id}"

    return save


def test_the_kind_that_fitted_it_loads_it(saved, monkeypatch):
    monkeypatch.setitem(BY_TYPE, "rule", Rule)
    uri = saved(kind="rule")
    assert kind_of(uri, "sklearn") == "rule"
    assert load_model(uri, "sklearn").predict(NEW).equals(small_forest().predict(NEW))
    with pytest.raises(AssertionError, match="rule cannot read"):
        Rule.load(saved(kind="sklearn"))


def test_a_kind_that_is_not_installed_is_named(saved):
    with pytest.raises(InputError, match="was fitted by the kind 'rule'") as told:
        load_model(saved(kind="rule"))
    assert "'sklearn'" in told.value.expected
    assert told.value.todo == "install the package that has this kind"


def test_a_model_that_names_no_kind_is_of_the_one_that_is_expected(saved):
    uri = saved(rows="120")
    assert (kind_of(uri), kind_of(uri, "rule")) == ("sklearn", "rule")
    assert load_model(uri).predict(NEW).equals(small_forest().predict(NEW))
