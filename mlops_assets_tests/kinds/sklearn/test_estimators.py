"""Only an estimator class is ever called, and every mistake in its name or parameters is named."""

import sys

import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.estimators import build
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.kinds.sklearn.messy import FOREST, SKLEARN_ONLY

EVIL = """
from sklearn.base import BaseEstimator, ClassifierMixin

def fit_all(): raise SystemExit("called")

class Thing:
    def __init__(self): raise SystemExit("called")

class Looks(ClassifierMixin, Thing):
    pass

class Half(BaseEstimator):
    def __init__(self): raise SystemExit("called")
"""


@pytest.fixture
def evil(tmp_path, monkeypatch):
    (tmp_path / "evil_package.py").write_text(EVIL)
    monkeypatch.syspath_prepend(tmp_path)
    yield "evil_package"
    sys.modules.pop("evil_package", None)


def built(dotted, params=None, task=CLASSIFICATION, prefixes=SKLEARN_ONLY):
    return build(dotted, params or {}, task, allowed_prefixes=prefixes)


def test_parameters_reach_the_estimator():
    assert built(FOREST, {"n_estimators": 7}).get_params()["n_estimators"] == 7


def test_estimators_inside_estimators_are_built():
    members = [["forest", {"estimator": FOREST, "params": {"max_depth": 2}}]]
    vote = built("sklearn.ensemble.VotingClassifier", {"estimators": members})
    assert vote.estimators[0][1].max_depth == 2


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "sklearnx.svm.SVC", "joblib.load"])
def test_a_name_outside_the_prefixes_is_refused_with_the_prefixes(name):
    with pytest.raises(InputError, match=r"outside the allowed prefixes.*\['sklearn\.'\]"):
        built(name)


@pytest.mark.parametrize(
    "name",
    [
        "sklearn.utils._mocking.CheckingClassifier",
        "sklearn.utils._testing.MinimalClassifier",
        "sklearn.ensemble._forest.RandomForestClassifier",
        "sklearn.tests.metadata_routing_common.ConsumingClassifier",
        "sklearn.conftest.X",
        "sklearn..svm.SVC",
    ],
)
def test_what_a_package_does_not_offer_is_refused(name):
    with pytest.raises(InputError, match=r"not part of what the package offers.*public module"):
        built(name)
    assert "sklearn.conftest" not in sys.modules


def test_an_empty_prefix_allows_nothing(evil):
    with pytest.raises(InputError, match="outside the allowed prefixes"):
        built(f"{evil}.Half", prefixes=("sklearn", ""))


def test_a_module_outside_the_prefixes_is_not_even_imported(evil):
    with pytest.raises(InputError, match="outside the allowed prefixes"):
        built(f"{evil}.Thing")
    assert evil not in sys.modules


@pytest.mark.parametrize("name", ["fit_all", "Thing", "Looks", "Half"])
def test_what_is_no_estimator_class_is_not_called(evil, name):
    with pytest.raises(InputError, match="is not a classifier or regressor class"):
        built(f"{evil}.{name}", prefixes=(f"{evil}.",))


@pytest.mark.parametrize(
    "name",
    [
        "sklearn.datasets.fetch_openml",
        "sklearn.preprocessing.FunctionTransformer",
        "sklearn.pipeline.Pipeline",
        "sklearn.base.ClassifierMixin",
        "sklearn.model_selection.GridSearchCV",
    ],
)
def test_what_scikit_learn_has_besides_estimators_is_refused(name):
    with pytest.raises(InputError, match="is not a classifier or regressor class"):
        built(name)


def test_the_rules_hold_for_estimators_inside_estimators():
    with pytest.raises(InputError, match=r"'os\.system' is outside the allowed prefixes"):
        built("sklearn.ensemble.BaggingClassifier", {"estimator": {"estimator": "os.system"}})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sklearn.ensembel.RandomForestClassifier", "nearest name is 'sklearn.ensemble'"),
        ("sklearn.ensemble.RandomForrest", "nearest name is 'RandomForest"),
        ("sklearn.linear_model.Logisticregression", "nearest name is 'LogisticRegression'"),
        ("sklearn.os.system", "No module named 'sklearn.os'"),
        ("sklearn.model_selection.HalvingGridSearchCV", "has no 'HalvingGridSearchCV'"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_the_nearest(name, hint):
    with pytest.raises(InputError, match=hint):
        built(name)


@pytest.mark.parametrize(
    ("name", "task"),
    [(FOREST, REGRESSION), ("sklearn.linear_model.Ridge", CLASSIFICATION)],
)
def test_an_estimator_for_the_other_task_is_refused(name, task):
    with pytest.raises(InputError, match=f"the task is {task}"):
        built(name, task=task)


def test_an_unknown_parameter_is_answered_with_the_nearest_and_the_list():
    with pytest.raises(InputError, match=r"nearest name is 'max_depth'.*'n_estimators'"):
        built(FOREST, {"max_dept": 3})


def test_a_parameter_that_must_be_given_is_named():
    with pytest.raises(InputError, match=r"VotingClassifier requires \['estimators'\]"):
        built("sklearn.ensemble.VotingClassifier")
